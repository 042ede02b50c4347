//! What `make release` made: with the feature `release-archive`, as without a release there is nothing to look at.

use std::io::Read as _;

use super::*;

/// What `make release` made. Its executable for Linux needs no file of the machine it runs on.
#[test]
fn the_release_keeps_krews_rules() {
    let packed = Packed::read(&root().join("target/dist"));
    packed.keeps_krews_rules();
    let here: Vec<_> = platforms(&packed.manifest)
        .iter()
        .filter(|p| platform_name(p) == this_machine())
        .collect();
    assert_eq!(here.len(), 1, "no release for {}", this_machine());
    let executable = members(&packed.archive(here[0])).pop().unwrap().content;
    if cfg!(target_os = "linux") {
        assert!(!asks_for_an_interpreter(&executable), "it is not static");
    }
    assert_eq!(
        version_told_by(&executable),
        format!("kubectl quetzal-db {VERSION}\n")
    );
    let home = std::env::var("HOME").unwrap();
    for folder in [root().to_str().unwrap(), &home] {
        let found = memchr::memmem::find(&executable, format!("{folder}/").as_bytes());
        assert_eq!(found, None, "the executable names {folder}");
    }
}

/// Go's names of this machine's system and processor.
fn this_machine() -> String {
    let os = match std::env::consts::OS {
        "macos" => "darwin",
        os => os,
    };
    let arch = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        arch => arch,
    };
    format!("{os}-{arch}")
}

/// Whether an ELF file for 64 bits has a program header of the kind `PT_INTERP`.
fn asks_for_an_interpreter(elf: &[u8]) -> bool {
    const PT_INTERP: u64 = 3;
    let number = |at: usize, bytes: usize| {
        let mut value = [0; 8];
        value[..bytes].copy_from_slice(&elf[at..at + bytes]);
        u64::from_le_bytes(value)
    };
    let place = |at, bytes| usize::try_from(number(at, bytes)).unwrap();
    assert_eq!(&elf[..5], b"\x7fELF\x02");
    let (headers, size, count) = (place(32, 8), place(54, 2), place(56, 2));
    (0..count).any(|n| number(headers + n * size, 4) == PT_INTERP)
}

/// Runs it with nothing of the environment.
fn version_told_by(executable: &[u8]) -> String {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("kubectl-quetzal_db");
    fs::write(&path, executable).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let mut child = Command::new(path)
        .arg("--version")
        .env_clear()
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut told)
        .unwrap();
    assert!(child.wait().unwrap().success());
    told
}
