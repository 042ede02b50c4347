//! Tests of `listing`.

use super::*;

const FOLDER: Folder<'static> = Folder {
    url: "gs://b/db/",
    prefix: "db/",
};

fn read(format: ListFormat, text: &str) -> Vec<(String, u64, String)> {
    let objects = format.read(text, FOLDER).unwrap();
    let seen = objects.into_iter();
    seen.map(|o| {
        assert_eq!(o.url, format!("gs://b/db/{}", o.name));
        (o.name, o.size, o.created.to_string())
    })
    .collect()
}

fn seen(name: &str, size: u64, created: &str) -> (String, u64, String) {
    (name.to_owned(), size, created.to_owned())
}

#[test]
fn gsutil_tells_addresses_and_a_sum() {
    let text = "
   2276224  2026-03-02T19:25:17Z  gs://b/db/db_dump-20260302_192517.bak.gz
      3914  2026-03-09T19:25:17Z  gs://b/db/with space.bak.gz
                                 gs://b/db/sub/
TOTAL: 2 objects, 2280138 bytes (2.17 MiB)
";
    assert_eq!(
        read(ListFormat::GsutilL, text),
        [
            seen("with space.bak.gz", 3914, "2026-03-09T19:25:17Z"),
            seen(
                "db_dump-20260302_192517.bak.gz",
                2_276_224,
                "2026-03-02T19:25:17Z"
            ),
        ]
    );
}

/// As the documentation of `aws s3 ls` shows it.
#[test]
fn aws_tells_names_behind_padded_sizes() {
    let text = "                           PRE sub/
2026-03-02 19:25:17    2276224 db_dump-20260302_192517.bak.gz
2026-03-09 19:25:17          7  two spaces
2026-03-09 19:25:16 12345678901 large.gz
";
    assert_eq!(
        read(ListFormat::AwsS3Ls, text),
        [
            seen(" two spaces", 7, "2026-03-09T19:25:17Z"),
            seen("large.gz", 12_345_678_901, "2026-03-09T19:25:16Z"),
            seen(
                "db_dump-20260302_192517.bak.gz",
                2_276_224,
                "2026-03-02T19:25:17Z"
            ),
        ]
    );
}

#[test]
fn tabs_divide_name_size_and_time_of_either_kind() {
    let text = "db/a.gz\t5\t2026-03-02T19:25:17+01:00\ngs://b/db/b.gz\t6\t1772476000.25\r\nc\td.gz\t7\t0\nother/x\t1\t0\n";
    assert_eq!(
        read(ListFormat::Tsv, text),
        [
            seen("b.gz", 6, "2026-03-02T18:26:40Z"),
            seen("a.gz", 5, "2026-03-02T18:25:17Z"),
            seen("c\td.gz", 7, "1970-01-01T00:00:00Z"),
        ]
    );
}

/// As the documentation of `rclone lsjson` shows it.
#[test]
fn rclone_tells_json() {
    let text = r#"[
{"Path":"a.gz","Name":"a.gz","Size":41,"MimeType":"application/gzip","ModTime":"2026-03-02T19:25:17.000000000Z","IsDir":false,"Tier":"hot"},
{"Path":"sub","Name":"sub","Size":-1,"MimeType":"inode/directory","ModTime":"2026-03-02T19:25:17Z","IsDir":true}
]
"#;
    assert_eq!(
        read(ListFormat::RcloneLsjson, text),
        [seen("a.gz", 41, "2026-03-02T19:25:17Z")]
    );
    assert_eq!(read(ListFormat::RcloneLsjson, "[]"), []);
}

#[test]
fn what_is_not_as_the_program_writes_it_is_an_error() {
    for (format, text) in [
        (ListFormat::GsutilL, "what is this"),
        (ListFormat::GsutilL, "1  2026-03-09T19:25:17Z  gs://other/x"),
        (ListFormat::AwsS3Ls, "2026-03-09 19:25:17 many x"),
        (ListFormat::AwsS3Ls, "An error occurred (AccessDenied)"),
        (ListFormat::Tsv, "name\t5"),
        (ListFormat::Tsv, "name\t5\tyesterday"),
        (ListFormat::Tsv, "name\t-5\t0"),
    ] {
        let error = format.read(text, FOLDER).unwrap_err();
        assert_eq!(error, Unreadable(text.to_owned()), "{format:?}");
    }
    for text in [
        "",
        "{}",
        r#"[{"Path": "x"}]"#,
        r#"[{"Path":"x","Size":-1,"ModTime":"2026-03-02T19:25:17Z","IsDir":false}]"#,
    ] {
        let read = ListFormat::RcloneLsjson.read(text, FOLDER);
        assert!(read.is_err(), "{text:?}");
    }
}

#[test]
fn a_failure_is_an_empty_folder_only_where_the_program_says_so() {
    let gsutil = ListFormat::GsutilL;
    assert!(gsutil.means_empty(
        1,
        "CommandException: One or more URLs matched no objects.\n"
    ));
    assert!(!gsutil.means_empty(1, ""));
    assert!(ListFormat::AwsS3Ls.means_empty(1, "\n"));
    assert!(!ListFormat::AwsS3Ls.means_empty(1, "An error occurred (NoSuchBucket)"));
    assert!(!ListFormat::AwsS3Ls.means_empty(254, ""));
    assert!(!ListFormat::Tsv.means_empty(1, ""));
    assert!(!ListFormat::RcloneLsjson.means_empty(1, ""));
}
