//! Output against `docs/schemas`, both ways: nothing that is not documented, nothing documented that is missing.
//!
//! The schemas keep to a part of JSON Schema (2020-12) that is read here; another keyword is an error, so none is
//! passed over. Each object has all of its fields, always: a test of the repository holds the schemas to it.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Folder of the schemas.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schemas")
}

/// One of them.
#[track_caller]
pub fn schema(name: &str) -> Value {
    let path = folder().join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Fails where `value` is not as the schema of that name says.
#[track_caller]
pub fn assert_valid(name: &str, value: &Value) {
    let schema = schema(name);
    let checked = Checker { root: &schema }.check(&schema, value, "result");
    if let Err(why) = checked {
        panic!("docs/schemas/{name}.json: {why}\n{value:#}");
    }
}

/// Each line of standard error of a call with `-o json`.
#[track_caller]
pub fn assert_events(stderr: &str) {
    for line in stderr.lines() {
        let event = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert_valid("events", &event);
    }
}

struct Checker<'s> {
    root: &'s Value,
}

impl Checker<'_> {
    /// Whether `value`, which stands at `place`, is as `schema` says; else why not.
    fn check(&self, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
        let keywords = schema.as_object().ok_or("a schema is an object")?;
        for (keyword, wanted) in keywords {
            match keyword.as_str() {
                "$schema" | "$id" | "$defs" | "title" | "description" | "required" => {}
                "$ref" => self.check(self.definition(wanted)?, value, place)?,
                "type" => has_type(wanted, value, place)?,
                "const" if wanted == value => {}
                "enum" if wanted.as_array().is_some_and(|all| all.contains(value)) => {}
                "const" | "enum" => return Err(format!("{place}: {value} is not {wanted}")),
                "items" => self.items(wanted, value, place)?,
                "properties" => self.properties(schema, value, place)?,
                "additionalProperties" if *wanted == Value::Bool(false) => {}
                "oneOf" => self.one_of(wanted, value, place)?,
                _ => return Err(format!("{place}: the keyword {keyword} is not read here")),
            }
        }
        Ok(())
    }

    fn definition(&self, reference: &Value) -> Result<&Value, String> {
        let pointer = reference.as_str().and_then(|r| r.strip_prefix('#'));
        pointer
            .and_then(|pointer| self.root.pointer(pointer))
            .ok_or_else(|| format!("no {reference}"))
    }

    fn items(&self, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
        let mut items = value.as_array().into_iter().flatten().enumerate();
        items.try_for_each(|(n, item)| self.check(schema, item, &format!("{place}[{n}]")))
    }

    /// The fields there are, and those that must be.
    fn properties(&self, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
        let Some(fields) = value.as_object() else {
            return Ok(());
        };
        for (name, field) in fields {
            let known = schema["properties"]
                .get(name)
                .ok_or_else(|| format!("{place}.{name} is not documented"))?;
            self.check(known, field, &format!("{place}.{name}"))?;
        }
        let required = schema["required"].as_array().into_iter().flatten();
        let mut missing = required
            .filter_map(Value::as_str)
            .filter(|r| !fields.contains_key(*r));
        missing.next().map_or(Ok(()), |name| {
            Err(format!("{place}.{name} is documented and missing"))
        })
    }

    fn one_of(&self, schemas: &Value, value: &Value, place: &str) -> Result<(), String> {
        let all = schemas.as_array().into_iter().flatten();
        let results: Vec<_> = all.map(|schema| self.check(schema, value, place)).collect();
        match results.iter().filter(|result| result.is_ok()).count() {
            1 => Ok(()),
            0 => Err(results
                .into_iter()
                .filter_map(Result::err)
                .collect::<Vec<_>>()
                .join("; ")),
            several => Err(format!("{place} is {several} things at once")),
        }
    }
}

fn has_type(wanted: &Value, value: &Value, place: &str) -> Result<(), String> {
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    let fits = match wanted {
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
        name => name.as_str().is_some_and(is),
    };
    if fits {
        Ok(())
    } else {
        Err(format!("{place}: {value} is no {wanted}"))
    }
}
