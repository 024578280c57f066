//! How well the gate rejects kinds of pictures that it was not trained on.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use learning::dataset::LabelledFilm;
use learning::gate::{self, KINDS, Kind};
use learning::rng::{Purpose, rng};
use learning::split::Split;
use pneumonia_cnn::input::Input;
use pneumonia_cnn::network::Gate;
use trainer::data::folder::LabelledFolder;
use trainer::data::pictures;

/// Fit the gate once on everything and once without each kind of picture, and print the share of each that it rejects.
///
/// Synthetic pictures are made from films that the gate was not trained on.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// Folder that contains NORMAL/ and PNEUMONIA/, or a train/ folder that does
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Folder of pictures that are not frontal chest films, in one subfolder per kind
    #[arg(long, value_name = "DIR")]
    others: PathBuf,
    /// Seeds the split, the synthetic pictures and the gate's initial weights
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// Runs `experiments gate`.
pub fn run(arguments: &Arguments) -> Result<()> {
    let labelled = LabelledFolder::load(&arguments.data)?;
    let others = pictures::by_folder(&arguments.others)?;
    let split = Split::by_patient(&labelled.films, 0.3, arguments.seed)?;
    let of = |indices: &[usize]| {
        indices
            .iter()
            .map(|&index| &labelled.films[index])
            .collect()
    };
    let (training, held_out): (Vec<&LabelledFilm>, Vec<&LabelledFilm>) =
        (of(&split.training), of(&split.validation));
    // One half sets the threshold, the other evaluates it.
    let every_second = |first: usize| held_out.iter().skip(first).step_by(2).copied();
    let setting: Vec<&LabelledFilm> = every_second(0).collect();
    let test: Vec<&LabelledFilm> = every_second(1).collect();
    let fit = |kinds: &[Kind], others: &[(String, Input)]| {
        gate::fit(&training, &setting, others, kinds, arguments.seed)
    };
    let whole = fit(&KINDS, &others)?;
    let films = test.iter().map(|film| &film.input);
    println!(
        "| pictures | number | refused | refused when left out of the fitting | films refused then |"
    );
    println!("|---|---|---|---|---|");
    let copies = gate::changed(&test, &mut rng(arguments.seed, Purpose::Gate, 1));
    for (name, pictures) in [
        ("frontal chest films", films.clone().collect()),
        (
            "moved, turned and at other intensities",
            copies.iter().collect::<Vec<_>>(),
        ),
    ] {
        println!(
            "| {name} | {} | {} | | |",
            pictures.len(),
            percent(refused(&whole, pictures.iter().copied()))
        );
    }
    let row = |name: &str, pictures: &[Input], without: &Gate| {
        println!(
            "| {name} | {} | {} | {} | {} |",
            pictures.len(),
            percent(refused(&whole, pictures)),
            percent(refused(without, pictures)),
            percent(refused(without, films.clone()))
        );
    };
    let names: BTreeSet<&String> = others.iter().map(|(name, _)| name).collect();
    for name in names {
        let (left_out, rest): (Vec<_>, Vec<_>) =
            others.iter().cloned().partition(|(kind, _)| kind == name);
        let pictures: Vec<Input> = left_out.into_iter().map(|(_, input)| input).collect();
        row(name, &pictures, &fit(&KINDS, &rest)?);
    }
    let none = fit(&KINDS, &[])?;
    let pictures: Vec<Input> = others.iter().map(|(_, input)| input.clone()).collect();
    row("all of these", &pictures, &none);
    for kind in KINDS {
        let make = |(seed, film): (usize, &&LabelledFilm)| {
            let picture = kind.make(film.input.pixels(), seed as u64);
            Input::from_pixels(picture)
        };
        let pictures: Vec<Input> = test.iter().enumerate().map(make).collect();
        let rest: Vec<Kind> = KINDS.into_iter().filter(|&other| other != kind).collect();
        row(&kind.to_string(), &pictures, &fit(&rest, &others)?);
    }
    Ok(())
}

fn refused<'a>(gate: &Gate, pictures: impl IntoIterator<Item = &'a Input>) -> f64 {
    let answers: Vec<bool> = pictures
        .into_iter()
        .map(|picture| gate.assess(picture).is_err())
        .collect();
    answers.iter().filter(|&&refused| refused).count() as f64 / answers.len() as f64
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}
