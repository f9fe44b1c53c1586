//! The functions of a WebAssembly file: those that nothing of ours reaches lose their bodies, and all of them are put into an
//! order that packs well. What comes from outside has short names.

use std::cell::Cell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, Function, FunctionSection, ImportSection, Instruction, Module};
use wasmparser::{
    BinaryReaderError, CodeSectionReader, CustomSectionReader, FunctionSectionReader, ImportSectionReader, KnownCustom,
    Name, Parser, Payload, TypeRef,
};

use crate::run::{self, Failure};

/// Bytes that are compared with each other: short pieces tell of the same steps, long ones of the same work.
const PIECES: [usize; 2] = [5, 9];
/// Bytes that the next function is to be like: a little less than what gzip looks back on.
const WINDOW: usize = 28_000;
/// Pieces of as many functions are near in any order.
const COMMON: usize = 800;
/// What a piece counts for. The more functions have it, the less it does.
const RARE: usize = 1000;
/// What every function is taken to have beyond its own pieces: else the shortest would always be the next.
const SHORT: usize = 60 * RARE;

/// The file without what some functions do: to call one of them ends the program. What only they called is left for
/// `wasm-opt` to remove.
///
/// # Errors
/// What is no WebAssembly that names its functions, and names that no function has.
pub fn without(wasm: &[u8], left_out: &[&str]) -> run::Result<Vec<u8>> {
    let file = File::read(wasm)?;
    let unknown: Vec<_> = left_out.iter().filter(|name| !file.named.contains_key(**name)).collect();
    if !unknown.is_empty() {
        return Err(Failure::new(format!("the core has no functions with these names: {unknown:?}")));
    }
    let empty = left_out.iter().map(|name| file.named[*name]).collect();
    rewritten(wasm, Rewriting { empty, ..Rewriting::of(&file) })
}

/// The file with each function near those that it is like, which gzip sees only there.
///
/// # Errors
/// What is no WebAssembly.
pub fn in_order(wasm: &[u8]) -> run::Result<Vec<u8>> {
    let file = File::read(wasm)?;
    let order = alike(&file.bodies);
    let mut numbers = vec![0; order.len()];
    let rewriting = Rewriting::of(&file);
    for (number, function) in (rewriting.imported..).zip(&order) {
        numbers[*function] = number;
    }
    rewritten(wasm, Rewriting { numbers, order, ..rewriting })
}

/// The file, and the script that goes with it, with short names for what the script gives to the file: those that end with a hash,
/// which no other file has and nothing packs.
///
/// # Errors
/// What is no WebAssembly.
pub fn with_short_names(wasm: &[u8], script: &str) -> run::Result<(Vec<u8>, String)> {
    let file = File::read(wasm)?;
    let is_hash = |text: &str| text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hashed = file.imported.iter().filter(|name| name.rsplit_once('_').is_some_and(|(_, end)| is_hash(end)));
    let short: HashMap<&str, String> = hashed.zip(0..).map(|(name, number)| (*name, format!("_{number}"))).collect();
    let script = short.iter().fold(script.to_owned(), |script, (name, short)| script.replace(name, short));
    Ok((rewritten(wasm, Rewriting { names: short, ..Rewriting::of(&file) })?, script))
}

/// What is asked of a file.
struct File<'a> {
    /// The functions that come from outside.
    imported: Vec<&'a str>,
    /// Numbers of the functions that have a name.
    named: HashMap<&'a str, u32>,
    bodies: Vec<&'a [u8]>,
}

impl<'a> File<'a> {
    fn read(wasm: &'a [u8]) -> run::Result<File<'a>> {
        let mut file = File { imported: Vec::new(), named: HashMap::new(), bodies: Vec::new() };
        for part in Parser::new(0).parse_all(wasm) {
            file.part(part.map_err(unreadable)?).map_err(unreadable)?;
        }
        Ok(file)
    }

    fn part(&mut self, part: Payload<'a>) -> Result<(), BinaryReaderError> {
        match part {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import?;
                    if matches!(import.ty, TypeRef::Func(_)) {
                        self.imported.push(import.name);
                    }
                }
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body.as_bytes()),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(names) = section.as_known() {
                    self.names(names)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn names(&mut self, names: wasmparser::NameSectionReader<'a>) -> Result<(), BinaryReaderError> {
        for names in names {
            if let Name::Function(functions) = names? {
                for function in functions {
                    let function = function?;
                    self.named.insert(function.name, function.index);
                }
            }
        }
        Ok(())
    }
}

/// An order of functions: always the one next that has most of what the last [`WINDOW`] bytes have.
fn alike(bodies: &[&[u8]]) -> Vec<usize> {
    let pieces = pieces(bodies);
    let mut own: Vec<Vec<&Piece>> = vec![Vec::new(); bodies.len()];
    let mut all = vec![SHORT; bodies.len()];
    for piece in &pieces {
        for function in &piece.having {
            all[*function] += piece.worth;
            own[*function].push(piece);
        }
    }
    let mut shared = vec![0; bodies.len()];
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let (mut near, mut bytes) = (VecDeque::new(), 0);
    let mut order = Vec::with_capacity(bodies.len());
    while !left.is_empty() {
        let likeness = |function: usize| shared[function] as f64 / all[function] as f64;
        // The first of those that are alike most.
        let best = (0..left.len()).rev().max_by(|a, b| likeness(left[*a]).total_cmp(&likeness(left[*b]))).unwrap_or(0);
        let next = left.remove(best);
        order.push(next);
        near.push_back(next);
        bytes += bodies[next].len();
        for piece in &own[next] {
            if piece.times_near.replace(piece.times_near.get() + 1) == 0 {
                piece.having.iter().for_each(|function| shared[*function] += piece.worth);
            }
        }
        while bytes > WINDOW && near.len() > 1 {
            let Some(far) = near.pop_front() else { break };
            bytes -= bodies[far].len();
            for piece in &own[far] {
                if piece.times_near.replace(piece.times_near.get() - 1) == 1 {
                    piece.having.iter().for_each(|function| shared[*function] -= piece.worth);
                }
            }
        }
    }
    order
}

/// Bytes that several functions have.
struct Piece {
    having: Vec<usize>,
    worth: usize,
    /// How many functions of the window have it.
    times_near: Cell<usize>,
}

/// The pieces that tell something.
fn pieces(bodies: &[&[u8]]) -> Vec<Piece> {
    let mut having: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for length in PIECES {
        for (function, body) in bodies.iter().enumerate() {
            for piece in body.windows(length) {
                let functions = having.entry(piece).or_default();
                if functions.last() != Some(&function) {
                    functions.push(function);
                }
            }
        }
    }
    let telling = having.into_values().filter(|having| (2..COMMON).contains(&having.len()));
    telling.map(|having| Piece { worth: RARE * 10 / (10 + having.len()), having, times_near: Cell::new(0) }).collect()
}

/// What becomes of the functions.
struct Rewriting<'a> {
    /// How many come from outside: the others are numbered after them.
    imported: u32,
    /// Other names for those.
    names: HashMap<&'a str, String>,
    /// Numbers of those that lose their bodies.
    empty: HashSet<u32>,
    /// The new number of each that is not imported. Empty: they stay.
    numbers: Vec<u32>,
    /// Those that are not imported in their new order, counted from the first of them.
    order: Vec<usize>,
}

impl Rewriting<'_> {
    /// All stays as it is.
    fn of(file: &File<'_>) -> Self {
        Rewriting {
            imported: file.imported.len() as u32,
            names: HashMap::new(),
            empty: HashSet::new(),
            numbers: Vec::new(),
            order: (0..file.bodies.len()).collect(),
        }
    }
}

impl Reencode for Rewriting<'_> {
    type Error = Infallible;

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error> {
        for import in section.into_imports() {
            let import = import?;
            let kind = self.entity_type(import.ty)?;
            imports.import(import.module, self.names.get(import.name).map_or(import.name, String::as_str), kind);
        }
        Ok(())
    }

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        let own = function.checked_sub(self.imported).and_then(|own| self.numbers.get(own as usize));
        Ok(own.copied().unwrap_or(function))
    }

    fn parse_function_section(
        &mut self,
        types: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        let read = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
        for function in &self.order {
            types.function(read[*function]);
        }
        Ok(())
    }

    fn parse_custom_section(&mut self, module: &mut Module, section: CustomSectionReader<'_>) -> Result<(), Error> {
        // What is for debuggers names places in the code, which are others now.
        if section.name().starts_with(".debug_") {
            return Ok(());
        }
        utils::parse_custom_section(self, module, section)
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: CodeSectionReader<'_>) -> Result<(), Error> {
        let read = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for (number, function) in (self.imported..).zip(self.order.clone()) {
            if self.empty.contains(&number) {
                let mut ending = Function::new([]);
                ending.instruction(&Instruction::Unreachable).instruction(&Instruction::End);
                code.function(&ending);
            } else {
                utils::parse_function_body(self, code, read[function].clone())?;
            }
        }
        Ok(())
    }
}

fn rewritten(wasm: &[u8], mut rewriting: Rewriting<'_>) -> run::Result<Vec<u8>> {
    let mut module = Module::new();
    let done = rewriting.parse_core_module(&mut module, Parser::new(0), wasm);
    done.map_err(|error| Failure::new(format!("a WebAssembly file cannot be rewritten: {error}")))?;
    Ok(module.finish())
}

fn unreadable(error: BinaryReaderError) -> Failure {
    Failure::new(format!("a WebAssembly file cannot be read: {error}"))
}

#[cfg(test)]
mod functions_tests;
