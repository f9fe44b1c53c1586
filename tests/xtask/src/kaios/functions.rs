//! The functions of a WebAssembly file: those that nothing of ours reaches lose their bodies, and all of them are put into an
//! order that packs well.

use std::collections::{HashMap, HashSet, VecDeque};
use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, Function, FunctionSection, Instruction, Module};
use wasmparser::{
    BinaryReaderError, CodeSectionReader, CustomSectionReader, FunctionSectionReader, KnownCustom, Name, Parser,
    Payload, TypeRef,
};

use crate::run::{self, Failure};

/// Bytes that are compared with each other: fewer, and everything is alike, more, and nothing is.
const PIECE: usize = 6;
/// Bytes that the next function is to be like: a little less than what gzip looks back on.
const WINDOW: usize = 28_000;
/// Pieces of as many functions are near in any order.
const COMMON: usize = 400;
/// Pieces that every function is taken to have beyond its own: else the shortest would always be the next.
const SHORT: usize = 60;

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
    let order = (0..file.bodies.len()).collect();
    rewritten(wasm, Rewriting { imported: file.imported, empty, numbers: Vec::new(), order })
}

/// The file with each function near those that it is like, which gzip sees only there.
///
/// # Errors
/// What is no WebAssembly.
pub fn in_order(wasm: &[u8]) -> run::Result<Vec<u8>> {
    let file = File::read(wasm)?;
    let order = alike(&file.bodies);
    let mut numbers = vec![0; order.len()];
    for (number, function) in (file.imported..).zip(&order) {
        numbers[*function] = number;
    }
    rewritten(wasm, Rewriting { imported: file.imported, empty: HashSet::new(), numbers, order })
}

/// What is asked of a file.
struct File<'a> {
    /// How many functions come from outside: the others are numbered after them.
    imported: u32,
    /// Numbers of the functions that have a name.
    named: HashMap<&'a str, u32>,
    bodies: Vec<&'a [u8]>,
}

impl<'a> File<'a> {
    fn read(wasm: &'a [u8]) -> run::Result<File<'a>> {
        let mut file = File { imported: 0, named: HashMap::new(), bodies: Vec::new() };
        for part in Parser::new(0).parse_all(wasm) {
            file.part(part.map_err(unreadable)?).map_err(unreadable)?;
        }
        Ok(file)
    }

    fn part(&mut self, part: Payload<'a>) -> Result<(), BinaryReaderError> {
        match part {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    self.imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
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

/// An order of functions: always the one that has most of what the last [`WINDOW`] bytes have.
fn alike(bodies: &[&[u8]]) -> Vec<usize> {
    let (pieces, having) = pieces(bodies);
    let mut shared = vec![0_u32; bodies.len()];
    let mut times_near = vec![0_u32; having.len()];
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let (mut near, mut bytes) = (VecDeque::new(), 0);
    let mut order = Vec::with_capacity(bodies.len());
    while !left.is_empty() {
        let likeness = |function: usize| f64::from(shared[function]) / (pieces[function].len() + SHORT) as f64;
        // The first of those that are alike most.
        let best = (0..left.len()).rev().max_by(|a, b| likeness(left[*a]).total_cmp(&likeness(left[*b]))).unwrap_or(0);
        let next = left.remove(best);
        order.push(next);
        near.push_back(next);
        bytes += bodies[next].len();
        for piece in &pieces[next] {
            if times_near[*piece] == 0 {
                having[*piece].iter().for_each(|function| shared[*function] += 1);
            }
            times_near[*piece] += 1;
        }
        while bytes > WINDOW && near.len() > 1 {
            let Some(far) = near.pop_front() else { break };
            bytes -= bodies[far].len();
            for piece in &pieces[far] {
                times_near[*piece] -= 1;
                if times_near[*piece] == 0 {
                    having[*piece].iter().for_each(|function| shared[*function] -= 1);
                }
            }
        }
    }
    order
}

/// The pieces that each function has, as numbers, and the functions that have each piece: only those that tell something.
fn pieces(bodies: &[&[u8]]) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let mut numbers = HashMap::new();
    let mut having: Vec<Vec<usize>> = Vec::new();
    for (function, body) in bodies.iter().enumerate() {
        for piece in body.windows(PIECE) {
            let number = *numbers.entry(piece).or_insert(having.len());
            if number == having.len() {
                having.push(Vec::new());
            }
            if having[number].last() != Some(&function) {
                having[number].push(function);
            }
        }
    }
    having.retain(|functions| (2..COMMON).contains(&functions.len()));
    let mut pieces = vec![Vec::new(); bodies.len()];
    for (number, functions) in having.iter().enumerate() {
        functions.iter().for_each(|function| pieces[*function].push(number));
    }
    (pieces, having)
}

/// What becomes of the functions.
struct Rewriting {
    imported: u32,
    /// Numbers of those that lose their bodies.
    empty: HashSet<u32>,
    /// The new number of each that is not imported. Empty: they stay.
    numbers: Vec<u32>,
    /// Those that are not imported in their new order, counted from the first of them.
    order: Vec<usize>,
}

impl Reencode for Rewriting {
    type Error = Infallible;

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

fn rewritten(wasm: &[u8], mut rewriting: Rewriting) -> run::Result<Vec<u8>> {
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
