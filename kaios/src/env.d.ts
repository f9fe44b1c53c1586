// What the build puts in.

/** The version in package.json. */
declare const __VERSION__: string;
/** Where the core is: the address of its WebAssembly, or no bytes where it is JavaScript beside wasm-bindgen's. */
declare const __CORE__: string | Uint8Array;
