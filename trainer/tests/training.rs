//! `trainer train` as a user runs it, on small synthetic films.

mod films;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use films::{jpeg, labelled_folder};
use tempfile::TempDir;

fn trainer() -> Command {
    Command::new(env!("CARGO_BIN_EXE_trainer"))
}

fn train(data: &Path, run: &Path, epochs: usize) -> Command {
    train_from_seed(5, data, run, epochs)
}

/// With the recipe whose runs can be extended.
fn train_originally(data: &Path, run: &Path, epochs: usize) -> Command {
    let mut command = train(data, run, epochs);
    command.args(["--recipe", "original"]);
    command
}

fn train_from_seed(seed: u64, data: &Path, run: &Path, epochs: usize) -> Command {
    let mut command = trainer();
    command
        .arg("train")
        .arg("--data")
        .arg(data)
        .arg("--out")
        .arg(run);
    command.args(["--batch", "4", "--validation-fraction", "0.3"]);
    command.arg("--seed").arg(seed.to_string());
    command.arg("--epochs").arg(epochs.to_string());
    command
}

#[track_caller]
fn succeed(command: &mut Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr)
}

#[track_caller]
fn fail(command: &mut Command) -> String {
    let Output { status, stderr, .. } = command.output().unwrap();
    assert_eq!(status.code(), Some(1));
    String::from_utf8_lossy(&stderr).into_owned()
}

/// The files that a run writes, by name.
fn results(run: &Path) -> Vec<(String, Vec<u8>)> {
    let names = [
        "best.safetensors",
        "last.safetensors",
        "history.csv",
        "curves.svg",
        "checkpoint.safetensors",
    ];
    names
        .map(|name| (name.to_owned(), fs::read(run.join(name)).unwrap()))
        .to_vec()
}

#[track_caller]
fn assert_same_bytes(a: &Path, b: &Path) {
    for ((name, a), (_, b)) in results(a).into_iter().zip(results(b)) {
        assert!(a == b, "{name} differs");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 6);
    let [first, second, other] = ["first", "second", "other"].map(|name| folder.path().join(name));
    succeed(&mut train(&data, &first, 2));
    // One thread instead of all: the order of summation must not depend on the number of threads.
    succeed(train(&data, &second, 2).env("RAYON_NUM_THREADS", "1"));
    assert_same_bytes(&first, &second);
    succeed(&mut train_from_seed(6, &data, &other, 2));
    // Compare the losses, since the weights files contain the seed.
    let losses = |run: &Path| fs::read_to_string(run.join("history.csv")).unwrap();
    assert_ne!(losses(&first), losses(&other));
}

#[test]
fn a_killed_and_resumed_run_ends_in_the_same_bytes_as_an_unbroken_one() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 12);
    let [whole, broken] = ["whole", "broken"].map(|name| folder.path().join(name));
    succeed(&mut train(&data, &whole, 6));

    let mut running = train(&data, &broken, 6)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let epochs = || {
        fs::read_to_string(broken.join("history.csv"))
            .map_or(0, |csv| csv.lines().count().saturating_sub(1))
    };
    let patience = Instant::now();
    while epochs() < 2 && patience.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(1));
    }
    running.kill().unwrap(); // SIGKILL, in the middle of an epoch
    running.wait().unwrap();
    assert!(
        (2..6).contains(&epochs()),
        "killed after {} epochs",
        epochs()
    );
    let said = succeed(train(&data, &broken, 6).arg("--resume"));
    assert!(said.contains("going on after epoch"), "{said}");
    assert_same_bytes(&whole, &broken);
}

#[test]
fn a_finished_run_resumed_writes_the_same_bytes_again() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 6);
    let run = folder.path().join("run");
    succeed(&mut train(&data, &run, 2));
    let before = results(&run);
    fs::remove_file(run.join("best.safetensors")).unwrap();
    succeed(train(&data, &run, 2).arg("--resume"));
    for ((name, before), (_, after)) in before.into_iter().zip(results(&run)) {
        assert!(before == after, "{name} differs");
    }
}

#[test]
fn a_run_whose_learning_rate_follows_its_length_cannot_be_made_longer() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 6);
    let run = folder.path().join("run");
    succeed(&mut train(&data, &run, 1));
    let longer = fail(train(&data, &run, 2).arg("--resume"));
    assert!(longer.contains("--epochs 1 "), "{longer}");
}

#[test]
fn more_epochs_go_on_from_a_finished_run() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 6);
    let [whole, grown] = ["whole", "grown"].map(|name| folder.path().join(name));
    succeed(&mut train_originally(&data, &whole, 3));
    succeed(&mut train_originally(&data, &grown, 1));
    succeed(train_originally(&data, &grown, 3).arg("--resume"));
    assert_eq!(
        fs::read(whole.join("history.csv")).unwrap(),
        fs::read(grown.join("history.csv")).unwrap()
    );
}

#[test]
fn a_run_is_neither_overwritten_nor_resumed_with_other_settings_or_films() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 6);
    let run = folder.path().join("run");
    assert!(fail(train_originally(&data, &run, 1).arg("--resume")).contains("no run to resume"));
    succeed(&mut train_originally(&data, &run, 1));
    assert!(fail(&mut train_originally(&data, &run, 1)).contains("add --resume"));
    let other_rate =
        fail(train_originally(&data, &run, 2).args(["--resume", "--learning-rate", "0.5"]));
    assert!(other_rate.contains("other settings"), "{other_rate}");
    fs::write(data.join("NORMAL/extra.jpeg"), jpeg(99)).unwrap();
    let other_films = fail(train_originally(&data, &run, 2).arg("--resume"));
    assert!(
        other_films.contains("films or their shapes have changed"),
        "{other_films}"
    );
}

#[test]
fn a_run_names_its_table_of_shapes_and_goes_on_only_with_the_same() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 6);
    let with = folder.path().join("with");
    let table = folder.path().join("shapes.csv");
    let shapes = |ratio: &str| {
        let rows = format!("file,aspect_ratio\nNORMAL/IM-0000-0001.jpeg,{ratio}\n");
        fs::write(&table, rows).unwrap();
    };
    let run = || {
        let mut command = train(&data, &with, 1);
        command.arg("--shapes").arg(&table);
        command
    };
    shapes("1.7");
    succeed(&mut run());
    let info = succeed(trainer().arg("info").arg(with.join("best.safetensors")));
    assert!(info.contains("--data DIR --shapes FILE"), "{info}");

    shapes("1.2");
    let message = fail(run().arg("--resume"));
    assert!(message.contains("shapes have changed"), "{message}");
    shapes("1.7");
    succeed(run().arg("--resume"));
}

#[test]
fn a_file_that_cant_be_learnt_from_is_named_with_its_reason_and_left_out() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 6);
    let normal = data.join("NORMAL");
    fs::write(normal.join("empty.jpeg"), b"").unwrap();
    fs::write(normal.join("letter.jpeg"), b"Dear Sir or Madam").unwrap();
    let whole = jpeg(50);
    fs::write(normal.join("cut.jpeg"), &whole[..whole.len() / 2]).unwrap();
    fs::write(normal.join("twice.jpeg"), jpeg(52)).unwrap();
    fs::write(data.join("PNEUMONIA/twice too.jpeg"), jpeg(52)).unwrap();
    fs::write(normal.join(".DS_Store"), b"hidden").unwrap();
    let said = succeed(&mut train(&data, &folder.path().join("run"), 1));
    for (file, reason) in [
        ("NORMAL/empty.jpeg", "empty"),
        ("NORMAL/letter.jpeg", "not a picture"),
        ("NORMAL/cut.jpeg", "truncated"),
        (
            "NORMAL/twice.jpeg",
            "also filed as PNEUMONIA/twice too.jpeg",
        ),
        (
            "PNEUMONIA/twice too.jpeg",
            "also filed as NORMAL/twice.jpeg",
        ),
    ] {
        let line = said
            .lines()
            .find(|line| line.starts_with("left out") && line.contains(&format!("{file}: ")));
        assert!(
            line.is_some_and(|line| line.contains(reason)),
            "{file}: {line:?}"
        );
    }
    assert_eq!(said.matches("left out").count(), 5, "{said}");
    assert!(said.contains("epoch 1/1"));
}

#[test]
fn a_film_is_read_as_it_is_filed_whatever_its_name_and_in_subfolders_too() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 6);
    fs::write(data.join("PNEUMONIA/IM-0900-0001.jpeg"), jpeg(51)).unwrap();
    fs::write(data.join("PNEUMONIA/IM-0901-0001.jpeg"), jpeg(53)).unwrap();
    fs::create_dir(data.join("NORMAL/ward 3")).unwrap();
    fs::write(data.join("NORMAL/ward 3/a.jpeg"), jpeg(52)).unwrap();
    let said = succeed(&mut train(&data, &folder.path().join("run"), 1));
    assert!(!said.contains("left out"), "{said}");
    let told = "2 films have names of the other class, such as";
    assert_eq!(said.matches(told).count(), 1, "{said}");
    // Six films of each class, and these three.
    assert!(
        said.contains("training: 5 normal films and 6 with pneumonia"),
        "{said}"
    );
    assert!(
        said.contains("validation: 2 normal films and 2 with pneumonia"),
        "{said}"
    );
}

#[test]
fn data_that_cant_be_trained_on_end_with_a_message() {
    let folder = TempDir::new().unwrap();
    let run = folder.path().join("run");
    let nowhere = folder.path().join("nowhere");
    assert!(fail(&mut train(&nowhere, &run, 1)).contains("there is no folder"));
    let others = fail(train(folder.path(), &run, 1).arg("--others").arg(&nowhere));
    assert!(
        others.contains("can't read") && others.contains("nowhere"),
        "{others}"
    );
    assert!(fail(&mut train(folder.path(), &run, 1)).contains("NORMAL and PNEUMONIA"));
    let data = labelled_folder(folder.path(), 4);
    for film in fs::read_dir(data.join("NORMAL")).unwrap() {
        fs::write(film.unwrap().path(), b"no picture").unwrap();
    }
    let said = fail(&mut train(&data, &run, 1));
    assert!(said.contains("holds no picture that can be used"), "{said}");
    fs::write(folder.path().join("file"), b"").unwrap();
    let data = labelled_folder(&folder.path().join("fresh"), 4);
    assert!(
        fail(&mut train(&data, &folder.path().join("file"), 1)).contains("can't make the folder")
    );
}

#[test]
fn a_kaggle_folder_is_found_by_its_train_folder() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 4);
    let kaggle = folder.path().join("kaggle");
    fs::create_dir(&kaggle).unwrap();
    fs::rename(data, kaggle.join("train")).unwrap();
    succeed(&mut train(&kaggle, &folder.path().join("run"), 1));
}

/// To a program, a file that cannot grow looks like a full disk.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_ends_the_run_with_a_message_and_leaves_the_last_checkpoint_intact() {
    let folder = TempDir::new().unwrap();
    let data = labelled_folder(folder.path(), 6);
    let run = folder.path().join("run");
    succeed(&mut train_originally(&data, &run, 1));
    let before = results(&run);
    let resumed = train_originally(&data, &run, 2);
    let mut limited = Command::new("bash");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 100; exec \"$@\"", "limited"]);
    limited
        .arg(resumed.get_program())
        .args(resumed.get_args())
        .arg("--resume");
    let said = fail(&mut limited);
    assert!(
        said.contains("can't write") && said.contains("intact"),
        "{said}"
    );
    for ((name, before), (_, after)) in before.into_iter().zip(results(&run)) {
        assert!(before == after, "{name} changed");
    }
    let left: Vec<_> = fs::read_dir(&run)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left.len(), 5, "temporary files were left: {left:?}");
    succeed(train_originally(&data, &run, 2).arg("--resume"));
}
