//! Small files: who calls whom, and what has a body.

use std::collections::BTreeMap;

use wasm_encoder::{EntityType, ExportKind, ExportSection, ImportSection, NameMap, NameSection, TypeSection, ValType};
use wasmparser::{ExternalKind, FunctionBody, Operator};

use super::*;

/// A function's name, what it answers with, and whom it calls before.
type Told = (&'static str, i32, &'static str);

fn file(functions: &[Told]) -> Vec<u8> {
    file_with("outside", functions)
}

/// A file with these functions, all exported, behind one that is imported.
fn file_with(imported: &str, functions: &[Told]) -> Vec<u8> {
    let number = |name: &str| 1 + functions.iter().position(|(own, ..)| *own == name).unwrap() as u32;
    let mut types = TypeSection::new();
    types.ty().function([], [ValType::I32]);
    let mut imports = ImportSection::new();
    imports.import("env", imported, EntityType::Function(0));
    let (mut kinds, mut code, mut exports, mut names) =
        (FunctionSection::new(), CodeSection::new(), ExportSection::new(), NameMap::new());
    names.append(0, imported);
    for (name, answer, called) in functions {
        kinds.function(0);
        let mut body = Function::new([]);
        if !called.is_empty() {
            body.instruction(&Instruction::Call(number(called))).instruction(&Instruction::Drop);
        }
        body.instruction(&Instruction::I32Const(*answer)).instruction(&Instruction::End);
        code.function(&body);
        exports.export(name, ExportKind::Func, number(name));
        names.append(number(name), name);
    }
    let mut section = NameSection::new();
    section.functions(&names);
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&kinds).section(&exports).section(&code);
    module.section(&section);
    module.finish()
}

/// What each exported function answers with and whom it calls; none of it for one without a body.
fn told(wasm: &[u8]) -> BTreeMap<String, Option<(i32, String)>> {
    let (mut exports, mut bodies) = (Vec::new(), Vec::new());
    for part in Parser::new(0).parse_all(wasm) {
        match part.unwrap() {
            Payload::ExportSection(section) => {
                exports.extend(section.into_iter().map(|export| export.unwrap()).map(|export| {
                    assert_eq!(export.kind, ExternalKind::Func);
                    (export.index, export.name.to_owned())
                }));
            }
            Payload::CodeSectionEntry(body) => bodies.push(body),
            _ => {}
        }
    }
    let names: BTreeMap<u32, String> = exports.into_iter().collect();
    let read = |body: &FunctionBody<'_>| {
        let (mut answer, mut called) = (None, String::new());
        for operator in body.get_operators_reader().unwrap() {
            match operator.unwrap() {
                Operator::I32Const { value } => answer = Some(value),
                Operator::Call { function_index } => called = names[&function_index].clone(),
                _ => {}
            }
        }
        answer.map(|answer| (answer, called))
    };
    names.iter().map(|(number, name)| (name.clone(), read(&bodies[*number as usize - 1]))).collect()
}

fn expected(functions: &[Told]) -> BTreeMap<String, Option<(i32, String)>> {
    functions.iter().map(|(name, answer, called)| ((*name).into(), Some((*answer, (*called).into())))).collect()
}

const FUNCTIONS: &[Told] =
    &[("a", 100_000, ""), ("b", 2, "c"), ("c", 200_000_000, ""), ("d", 100_001, "a"), ("e", 2, "c")];

#[test]
fn what_is_left_out_has_no_body() {
    let less = without(&file(FUNCTIONS), &["c", "d"]).unwrap();
    let mut expected = expected(FUNCTIONS);
    expected.extend([("c".into(), None), ("d".into(), None)]);
    assert_eq!(told(&less), expected);
}

#[test]
fn a_name_that_no_function_has_is_told() {
    let failure = without(&file(FUNCTIONS), &["a", "gone"]).unwrap_err();
    assert!(failure.to_string().contains("\"gone\""), "{failure}");
    assert!(without(b"no WebAssembly", &[]).is_err());
}

#[test]
fn names_with_hashes_become_short_in_both_files() {
    let script = "imports = { outside_0123456789abcdef() {}, outside() {} }";
    let (wasm, script) = with_short_names(&file_with("outside_0123456789abcdef", FUNCTIONS), script).unwrap();
    assert_eq!(script, "imports = { _0() {}, outside() {} }");
    assert_eq!(File::read(&wasm).unwrap().imported, ["_0"]);
    assert_eq!(told(&wasm), expected(FUNCTIONS));
    let (wasm, script) = with_short_names(&file(FUNCTIONS), &script).unwrap();
    assert_eq!(script, "imports = { _0() {}, outside() {} }");
    assert_eq!(File::read(&wasm).unwrap().imported, ["outside"]);
}

#[test]
fn every_function_does_the_same_in_another_order() {
    let before = file(FUNCTIONS);
    let after = in_order(&before).unwrap();
    assert_eq!(told(&after), expected(FUNCTIONS));
    let order = |wasm| File::read(wasm).unwrap().bodies.into_iter().map(<[u8]>::to_vec).collect::<Vec<_>>();
    assert_ne!(order(&after), order(&before));
}

#[test]
fn functions_that_are_alike_are_neighbours() {
    let (one, other): (&[u8], &[u8]) = (b"the same words here, ", b"and quite another text there, ");
    let bodies: Vec<Vec<u8>> = [(one, 1), (other, 2), (one, 3), (other, 4), (one, 5)]
        .iter()
        .map(|(text, last)| [*text, &[*last]].concat())
        .collect();
    let order = alike(&bodies.iter().map(Vec::as_slice).collect::<Vec<_>>());
    assert_eq!(order, [0, 2, 4, 1, 3]);
}
