//! Lists of options, as bindings pass them on.

use super::*;

fn read(list: &[&str]) -> Result<Options, String> {
    Options::from_list(list.iter().map(|&text| text.to_owned())).map_err(|error| error.to_string())
}

#[test]
fn every_field_reads_a_value_into_its_own_place() {
    for field in FIELDS {
        let values: &[&str] = match field.place {
            Place::Text(_) | Place::Texts(_) => &["t"],
            Place::Target(_) => &["web"],
            Place::Flag(of) => {
                let default = *of(&mut Options::default());
                if default { &["false"] } else { &["true"] }
            }
            Place::Count(_) | Place::Size(_) | Place::Limit(_) | Place::Duration(_) => &["7"],
            Place::Pairs(_) => &["a", "b"],
        };
        let list = [&[field.key][..], values].concat();
        let options = read(&list).expect("a value of its kind");
        let changed = format!("{options:?}");
        assert_ne!(changed, format!("{:?}", Options::default()), "{}", field.key);
        for other in FIELDS.iter().filter(|other| other.key != field.key) {
            let text = |place: Place, mut options: Options| match place {
                Place::Text(of) => of(&mut options).clone(),
                Place::Target(of) => format!("{:?}", of(&mut options)),
                Place::Flag(of) => of(&mut options).to_string(),
                Place::Count(of) => of(&mut options).to_string(),
                Place::Size(of) => of(&mut options).to_string(),
                Place::Limit(of) | Place::Duration(of) => format!("{:?}", of(&mut options)),
                Place::Texts(of) => of(&mut options).concat(),
                Place::Pairs(of) => format!("{:?}", of(&mut options)),
            };
            let default = text(other.place, Options::default());
            assert_eq!(text(other.place, options.clone()), default, "{} {}", field.key, other.key);
        }
    }
}

#[test]
fn the_last_value_counts_and_lists_grow() {
    let list =
        ["name", "a", "asyncExports", "f", "map", "x", "y", "name", "b", "asyncExports", "g"];
    let options = read(&list).expect("known options");
    assert_eq!(options.name, "b");
    assert_eq!(options.async_exports, ["f", "g"]);
    assert_eq!(options.map, [("x".to_owned(), "y".to_owned())]);
}

#[test]
fn bounds_that_are_too_large_are_the_largest() {
    let options = read(&["budget.lift", "9007199254740991"]).expect("a whole number");
    assert_eq!(options.budget.lift, u32::MAX);
}

#[test]
fn what_is_no_option_is_refused() {
    for (list, expected) in [
        (&["minfy", "true"][..], "there is no option `minfy`"),
        (&["budget", "1"], "there is no option `budget`"),
        (&["source_map", "true"], "there is no option `source_map`"),
        (&["name"], "`name` has no value"),
        (&["map", "a"], "`map` has no value"),
        (&["minify", "yes"], "`minify` must be true or false"),
        (&["budget.lift", "-1"], "`budget.lift` must be a whole number, zero or more"),
        (&["budget.output", "1.5"], "`budget.output` must be a whole number, zero or more"),
        (&["target", "moon"], "there is no target `moon`"),
    ] {
        let error = read(list).expect_err("refused");
        assert!(error.starts_with(&format!("error[invalid-option]: {expected}")), "{error}");
    }
}
