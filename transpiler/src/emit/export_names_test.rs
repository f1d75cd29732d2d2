use super::Kind::{Class, Interface, Item};
use super::*;

fn names(exports: &[(Kind, &str)]) -> Vec<String> {
    unique_names(exports, true)
}

#[test]
fn the_first_interface_is_called_by_its_last_segment() {
    let two = [(Interface, "demo:one/api@1.0.0"), (Interface, "demo:two/api@1.0.0")];
    assert_eq!(names(&two), ["api", "twoApi"]);
    let three = [(Interface, "a:x/api"), (Interface, "b:x/api"), (Interface, "c:x/api")];
    assert_eq!(names(&three), ["api", "xApi", "cXApi"]);
}

#[test]
fn versions_of_an_interface_are_called_by_their_versions() {
    let versions = ["a:x/api@1.0.0", "a:x/api@2.0.0", "a:x/api@2.0.0-rc.1", "a:x/api"];
    let versions = versions.map(|name| (Interface, name));
    assert_eq!(names(&versions), ["api", "apiV2_0_0", "apiV2_0_0_rc_1", "api2"]);
    let behind = [(Item, "api"), (Interface, "a:x/api@1.0.0"), (Interface, "a:x/api@2.0.0")];
    assert_eq!(names(&behind), ["api", "xApi", "apiV2_0_0"]);
}

#[test]
fn items_go_before_interfaces() {
    let exports = [(Interface, "a:b/late"), (Item, "late"), (Interface, "a:b/early")];
    assert_eq!(names(&exports), ["bLate", "late", "early"]);
    assert_eq!(names(&[(Item, "then"), (Interface, "a:b/then")]), ["then_", "bThen"]);
}

#[test]
fn names_that_case_alone_tells_apart_are_all_there() {
    assert_eq!(names(&[(Item, "a-1b"), (Item, "a1b")]), ["a1b", "a1b2"]);
    assert_eq!(names(&[(Item, "a1b"), (Item, "a-1b")]), ["a1b", "a_1b"]);
    assert_eq!(names(&[(Class, "a-1b"), (Class, "a1b")]), ["A1b", "A1b2"]);
}

#[test]
fn no_two_names_are_equal_whatever_there_is() {
    let words = ["a", "b", "a-b", "b-a", "ab"];
    let mut exports = Vec::new();
    for first in words {
        for second in words {
            for last in words {
                for version in ["", "@1.0.0", "@1.0.0-a", "@1.0.0+a", "@2.1.0"] {
                    exports.push(format!("{first}:{second}/{last}{version}"));
                }
            }
        }
    }
    let mut exports: Vec<_> = exports.iter().map(|name| (Interface, name.as_str())).collect();
    exports.extend(words.map(|name| (Item, name)));
    exports.extend(words.map(|name| (Class, name)));
    let unique = names(&exports);
    let set: HashSet<&String> = unique.iter().collect();
    assert_eq!(set.len(), 5 * 5 * 5 * 5 + 10);
}
