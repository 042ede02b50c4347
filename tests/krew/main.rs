//! krew's rules: the manifest, and what `tests/release/pack.sh` makes of it and of executables. krew's own validator looks
//! at the same things.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may"
)]

#[cfg(feature = "release-archive")]
mod release;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// System, processor, executable.
const RELEASED: &[(&str, &str, &str)] = &[
    ("linux", "amd64", "kubectl-quetzal-db"),
    ("linux", "arm64", "kubectl-quetzal-db"),
    ("darwin", "amd64", "kubectl-quetzal-db"),
    ("darwin", "arm64", "kubectl-quetzal-db"),
    ("windows", "amd64", "kubectl-quetzal-db.exe"),
];

/// The pairs that krew knows.
const PLATFORMS: &[(&str, &[&str])] = &[
    ("darwin", &["386", "amd64", "arm64"]),
    ("linux", &["386", "amd64", "arm", "arm64", "ppc64le"]),
    ("windows", &["386", "amd64", "arm64"]),
];

/// Names that the validator takes for a licence, in any case.
const LICENCES: &[&str] = &[
    "license",
    "license.txt",
    "license.md",
    "licenses",
    "licenses.txt",
    "copying",
    "copying.txt",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn manifest_text() -> String {
    fs::read_to_string(root().join("krew-manifest.yaml")).unwrap()
}

fn manifest() -> Value {
    serde_saphyr::from_str(&manifest_text()).unwrap()
}

/// A string, or nothing where the manifest has something else.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn platforms(manifest: &Value) -> &[Value] {
    manifest["spec"]["platforms"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
}

/// `linux-amd64`.
fn platform_name(platform: &Value) -> String {
    let labels = &platform["selector"]["matchLabels"];
    format!("{}-{}", text(&labels["os"]), text(&labels["arch"]))
}

/// The last part of the address.
fn archive_name(platform: &Value) -> &str {
    text(&platform["uri"]).rsplit('/').next().unwrap()
}

mod rules {
    use super::{BTreeSet, PLATFORMS, Value, platforms, text};

    /// Names of the rules that `manifest` breaks, each once.
    pub(super) fn broken(manifest: &Value) -> Vec<&'static str> {
        let spec = &manifest["spec"];
        let mut rules = vec![
            (
                "apiVersion",
                manifest["apiVersion"] == "krew.googlecontainertools.github.com/v1alpha2",
            ),
            ("kind", manifest["kind"] == "Plugin"),
            ("name", is_plugin_name(text(&manifest["metadata"]["name"]))),
            ("version", is_version(text(&spec["version"]))),
            (
                "shortDescription",
                is_one_line(text(&spec["shortDescription"])),
            ),
            ("description", is_wrapped(text(&spec["description"]))),
            ("caveats", is_wrapped(text(&spec["caveats"]))),
            ("homepage", text(&spec["homepage"]).starts_with("https://")),
            ("platforms", !platforms(manifest).is_empty()),
        ];
        let mut seen = BTreeSet::new();
        for platform in platforms(manifest) {
            rules.extend(of_platform(platform));
            let selector = &platform["selector"];
            rules.push((
                "selector",
                is_selector(selector) && seen.insert(selector.to_string()),
            ));
        }
        let broken: BTreeSet<_> = rules.into_iter().filter(|(_, kept)| !kept).collect();
        broken.into_iter().map(|(rule, _)| rule).collect()
    }

    fn of_platform(platform: &Value) -> [(&'static str, bool); 4] {
        let uri = text(&platform["uri"]);
        [
            ("sha256", is_sha256(text(&platform["sha256"]))),
            (
                "uri",
                uri.starts_with("https://") && uri.ends_with(".tar.gz"),
            ),
            ("bin", is_inside(text(&platform["bin"]))),
            ("files", is_files(platform.get("files"))),
        ]
    }

    /// Lower case, as the naming guide wants. Windows keeps some names for its devices.
    fn is_plugin_name(name: &str) -> bool {
        let devices = ["con", "prn", "aux", "nul"];
        let is_device = devices.contains(&name)
            || ["com", "lpt"]
                .iter()
                .any(|d| name.starts_with(d) && name.len() == 4);
        let is_letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !name.is_empty() && !is_device && name.bytes().all(is_letter)
    }

    fn is_version(version: &str) -> bool {
        let Some(version) = version.strip_prefix('v') else {
            return false;
        };
        let core = version.split(['-', '+']).next().unwrap_or_default();
        let numbers: Vec<&str> = core.split('.').collect();
        let is_number = |n: &&str| n.parse::<u64>().is_ok_and(|value| value.to_string() == **n);
        numbers.len() == 3 && numbers.iter().all(is_number)
    }

    fn is_one_line(text: &str) -> bool {
        (1..=50).contains(&text.chars().count()) && !text.contains('\n')
    }

    fn is_wrapped(text: &str) -> bool {
        !text.trim().is_empty() && text.lines().all(|line| line.chars().count() <= 80)
    }

    pub(super) fn is_sha256(text: &str) -> bool {
        text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    }

    /// A path that leads nowhere else. krew refuses two dots even inside of a name.
    pub(super) fn is_inside(path: &str) -> bool {
        !path.is_empty() && !path.contains("..") && !path.starts_with('/')
    }

    /// Left out, or some, each with a clean target.
    fn is_files(files: Option<&Value>) -> bool {
        let Some(files) = files else {
            return true;
        };
        let Some(files) = files.as_array() else {
            return false;
        };
        let is_clean = |to: &str| to == "." || is_inside(to) && !to.starts_with("./");
        let is_file = |file: &Value| !text(&file["from"]).is_empty() && is_clean(text(&file["to"]));
        !files.is_empty() && files.iter().all(is_file)
    }

    /// One of the pairs of system and processor that krew knows, and no other label.
    fn is_selector(selector: &Value) -> bool {
        let labels = &selector["matchLabels"];
        let (os, arch) = (text(&labels["os"]), text(&labels["arch"]));
        labels.as_object().is_some_and(|labels| labels.len() == 2)
            && PLATFORMS
                .iter()
                .any(|(system, processors)| *system == os && processors.contains(&arch))
    }
}

#[test]
fn the_manifest_keeps_krews_rules() {
    let manifest = manifest();
    assert_eq!(rules::broken(&manifest), Vec::<&str>::new());
    assert_eq!(manifest["metadata"]["name"], "quetzal-db");
    assert_eq!(manifest["spec"]["version"], format!("v{VERSION}"));
}

#[test]
fn the_manifest_has_each_platform_of_a_release() {
    let manifest = manifest();
    let found: Vec<_> = platforms(&manifest)
        .iter()
        .map(|p| {
            [
                platform_name(p),
                archive_name(p).to_owned(),
                text(&p["bin"]).to_owned(),
            ]
        })
        .collect();
    let wanted = RELEASED.iter().map(|(os, arch, bin)| {
        let archive = format!("kubectl-quetzal-db-v{VERSION}-{os}-{arch}.tar.gz");
        [format!("{os}-{arch}"), archive, (*bin).to_owned()]
    });
    assert_eq!(found, wanted.collect::<Vec<_>>());
    for platform in platforms(&manifest) {
        let uri = text(&platform["uri"]);
        assert!(
            uri.contains(&format!("/releases/download/v{VERSION}/")),
            "{uri}"
        );
    }
}

/// Each target that `build.sh` knows, and no other, is built where a tag makes a release.
#[test]
fn the_workflow_builds_each_target() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let script = read("tests/release/build.sh");
    let known: BTreeSet<_> = script
        .lines()
        .filter(|line| line.contains(") platform="))
        .filter_map(|line| line.trim().split(')').next())
        .collect();
    let workflow: Value = serde_saphyr::from_str(&read(".github/workflows/release.yaml")).unwrap();
    let built = &workflow["jobs"]["build"]["strategy"]["matrix"]["include"];
    let built: BTreeSet<_> = built
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| text(&entry["target"]))
        .collect();
    assert_eq!(known.len(), RELEASED.len());
    assert_eq!(built, known);
}

/// YAML reads 64 zeros without quotes as a number.
#[test]
fn checksums_are_quoted() {
    let written = manifest_text();
    let sums: Vec<_> = written
        .lines()
        .filter_map(|line| line.trim().strip_prefix("sha256: "))
        .collect();
    assert_eq!(sums.len(), RELEASED.len());
    for sum in sums {
        let inner = sum.strip_prefix('"').and_then(|s| s.strip_suffix('"'));
        assert!(inner.is_some_and(rules::is_sha256), "{sum}");
    }
}

/// krew puts one file on PATH, so people must be told how the completion executable gets there.
#[test]
fn the_caveats_name_the_completion_executable() {
    let manifest = manifest();
    let caveats = text(&manifest["spec"]["caveats"]);
    for part in [
        "kubectl quetzal-db completion kubectl --install",
        "kubectl_complete-quetzal_db",
        "PATH",
    ] {
        assert!(caveats.contains(part), "the caveats lack {part:?}");
    }
}

/// A manifest with one change each breaks just the rule that the change is about.
#[test]
fn the_rules_find_what_is_wrong() {
    let good = manifest();
    let cases = [
        ("/apiVersion", "v1".into(), "apiVersion"),
        ("/kind", "Pod".into(), "kind"),
        ("/metadata/name", "quetzal db".into(), "name"),
        ("/metadata/name", "Quetzal".into(), "name"),
        ("/metadata/name", "con".into(), "name"),
        ("/metadata/name", "com1".into(), "name"),
        ("/spec/version", "0.1.0".into(), "version"),
        ("/spec/version", "v0.1".into(), "version"),
        ("/spec/version", "v0.01.0".into(), "version"),
        ("/spec/shortDescription", "".into(), "shortDescription"),
        (
            "/spec/shortDescription",
            "two\nlines".into(),
            "shortDescription",
        ),
        (
            "/spec/shortDescription",
            "x".repeat(51).into(),
            "shortDescription",
        ),
        ("/spec/description", "".into(), "description"),
        ("/spec/description", "x".repeat(81).into(), "description"),
        ("/spec/caveats", "x".repeat(81).into(), "caveats"),
        ("/spec/homepage", "example.org".into(), "homepage"),
        ("/spec/platforms", Value::Array(Vec::new()), "platforms"),
        ("/spec/platforms/0/sha256", 0.into(), "sha256"),
        ("/spec/platforms/0/sha256", "A".repeat(64).into(), "sha256"),
        ("/spec/platforms/0/sha256", "a".repeat(63).into(), "sha256"),
        (
            "/spec/platforms/0/uri",
            "http://example.org/x.tar.gz".into(),
            "uri",
        ),
        (
            "/spec/platforms/0/uri",
            "https://example.org/x.tar.xz".into(),
            "uri",
        ),
        ("/spec/platforms/0/bin", "".into(), "bin"),
        ("/spec/platforms/0/bin", "../x".into(), "bin"),
        ("/spec/platforms/0/bin", "/x".into(), "bin"),
        ("/spec/platforms/0/selector", Value::Null, "selector"),
        (
            "/spec/platforms/0/selector/matchLabels/os",
            "plan9".into(),
            "selector",
        ),
        (
            "/spec/platforms/1/selector/matchLabels/arch",
            "amd64".into(),
            "selector",
        ),
    ];
    for (place, value, rule) in cases {
        let mut bad = good.clone();
        let said = format!("{place} = {value}");
        *bad.pointer_mut(place)
            .unwrap_or_else(|| panic!("no {place}")) = value;
        assert_eq!(rules::broken(&bad), [rule], "{said}");
    }
}

#[test]
fn files_are_left_out_or_some() {
    let with = |files: Value| {
        let mut manifest = manifest();
        manifest["spec"]["platforms"][0]["files"] = files;
        rules::broken(&manifest)
    };
    let one = |to: &str| serde_json::json!([{"from": "*", "to": to}]);
    assert_eq!(with(one(".")), [""; 0]);
    assert_eq!(with(one("sub")), [""; 0]);
    assert_eq!(with(one("./sub")), ["files"]);
    assert_eq!(with(one("../sub")), ["files"]);
    assert_eq!(with(Value::Array(Vec::new())), ["files"]);
}

/// A folder with executables, and what `pack.sh` made of them.
struct Packed {
    folder: PathBuf,
    manifest: Value,
}

/// A member of an archive.
#[derive(Debug, PartialEq, Eq)]
struct Member {
    name: String,
    kind: u8,
    mode: u64,
    /// User, group.
    owner: (u64, u64),
    time: u64,
    content: Vec<u8>,
}

impl Packed {
    /// Reads what is there.
    fn read(folder: &Path) -> Self {
        let written = fs::read_to_string(folder.join("quetzal-db.yaml")).unwrap();
        Self {
            folder: folder.to_owned(),
            manifest: serde_saphyr::from_str(&written).unwrap(),
        }
    }

    fn archive(&self, platform: &Value) -> Vec<u8> {
        fs::read(self.folder.join(archive_name(platform))).unwrap()
    }

    /// Each file in the folder, by name.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(&self.folder).unwrap().map(Result::unwrap);
        entries
            .filter(|e| e.path().is_file())
            .map(|e| {
                let name = e.file_name().into_string().unwrap();
                (name, fs::read(e.path()).unwrap())
            })
            .collect()
    }

    /// What krew and its validator look at, for each platform of the manifest.
    fn keeps_krews_rules(&self) {
        assert_eq!(rules::broken(&self.manifest), [""; 0]);
        assert_eq!(self.manifest["spec"]["version"], format!("v{VERSION}"));
        for platform in platforms(&self.manifest) {
            let (name, archive) = (archive_name(platform), self.archive(platform));
            let sum = sha256(&archive);
            assert_eq!(text(&platform["sha256"]), sum, "{name}");
            let sums = fs::read_to_string(self.folder.join(format!("{name}.sha256"))).unwrap();
            assert_eq!(sums, format!("{sum}  {name}\n"));
            are_installable(&members(&archive), text(&platform["bin"]));
        }
    }
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().fold(String::new(), |mut text, byte| {
        use std::fmt::Write as _;
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Regular files inside of the archive, the executable and the licence, nobody's and of one time.
fn are_installable(members: &[Member], executable: &str) {
    let names: Vec<_> = members.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names, ["LICENSE", executable]);
    for member in members {
        assert!(rules::is_inside(&member.name), "{}", member.name);
        assert_eq!(member.kind, b'0', "{} is no regular file", member.name);
        assert_eq!(member.owner, (0, 0), "{}", member.name);
        assert_eq!(member.time, members[0].time, "{}", member.name);
    }
    let licences = |m: &&Member| LICENCES.contains(&m.name.to_lowercase().as_str());
    assert_eq!(members.iter().filter(licences).count(), 1);
    assert_eq!(members[0].mode, 0o644);
    assert_eq!(members[1].mode, 0o755);
    assert_eq!(
        members[0].content,
        fs::read(root().join("LICENSE")).unwrap()
    );
}

/// The members of a compressed archive, in order.
fn members(archive: &[u8]) -> Vec<Member> {
    let tar = gunzip(archive);
    let mut members = Vec::new();
    let mut rest = tar.as_slice();
    while let Some((header, after)) = rest.split_at_checked(512)
        && header[0] != 0
    {
        assert_eq!(&header[257..262], b"ustar");
        let size = usize::try_from(octal(&header[124..136])).unwrap();
        members.push(Member {
            name: until_zero(&header[..100]),
            kind: header[156],
            mode: octal(&header[100..108]),
            owner: (octal(&header[108..116]), octal(&header[116..124])),
            time: octal(&header[136..148]),
            content: after[..size].to_vec(),
        });
        rest = &after[size.next_multiple_of(512)..];
    }
    members
}

fn until_zero(field: &[u8]) -> String {
    let bytes: Vec<u8> = field.iter().copied().take_while(|b| *b != 0).collect();
    String::from_utf8(bytes).unwrap()
}

fn octal(field: &[u8]) -> u64 {
    u64::from_str_radix(until_zero(field).trim(), 8).unwrap()
}

fn gunzip(archive: &[u8]) -> Vec<u8> {
    let mut stored = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut stored, archive).unwrap();
    std::io::Seek::rewind(&mut stored).unwrap();
    let output = Command::new("gzip")
        .arg("-dc")
        .stdin(Stdio::from(stored))
        .output()
        .unwrap();
    assert!(output.status.success());
    output.stdout
}

/// Packs executables of these platforms, written now and with this mode.
fn pack(platforms: &[(&str, &str, &str)], mode: u32) -> (TempDir, Packed) {
    let folder = TempDir::new().unwrap();
    for (os, arch, name) in platforms {
        let path = folder.path().join(format!("{os}-{arch}")).join(name);
        fs::create_dir(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("the executable for {os} on {arch}")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let output = Command::new(root().join("tests/release/pack.sh"))
        .arg(folder.path())
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), said.as_str()), (Some(0), ""));
    let packed = Packed::read(folder.path());
    (folder, packed)
}

#[test]
fn a_release_of_all_platforms_keeps_krews_rules() {
    let (_folder, packed) = pack(RELEASED, 0o644);
    packed.keeps_krews_rules();
    assert_eq!(platforms(&packed.manifest).len(), RELEASED.len());
    for platform in platforms(&packed.manifest) {
        let members = members(&packed.archive(platform));
        let wanted = format!(
            "the executable for {}",
            platform_name(platform).replace('-', " on ")
        );
        assert_eq!(members[1].content, wanted.as_bytes());
        assert_eq!(members[1].time, 1_700_000_000);
    }
}

/// All but the checksums and platforms is as it is in the repository.
#[test]
fn a_release_of_one_platform_is_told_without_the_others() {
    let (_folder, packed) = pack(&RELEASED[3..4], 0o755);
    packed.keeps_krews_rules();
    let names: Vec<_> = platforms(&packed.manifest)
        .iter()
        .map(platform_name)
        .collect();
    assert_eq!(names, ["darwin-arm64"]);
    let mut repository = manifest();
    let platform = &mut repository["spec"]["platforms"][3];
    platform["sha256"] = packed.manifest["spec"]["platforms"][0]["sha256"].clone();
    repository["spec"]["platforms"] = Value::Array(vec![platform.take()]);
    assert_eq!(packed.manifest, repository);
}

#[test]
fn the_same_executables_give_the_same_release() {
    let (_first, first) = pack(RELEASED, 0o600);
    let (_second, second) = pack(RELEASED, 0o777);
    let files = first.files();
    assert_eq!(files.len(), 2 * RELEASED.len() + 1);
    assert!(files == second.files(), "two releases differ");
}
