// Takes from a newer browser what Gecko 48 does not have and what programs of our kind like to use. It stands before each script
// of the package for KaiOS 2.5 in its journey: what is brought along has to do.

(function (self) {
  const classes = 'BigInt BigInt64Array BigUint64Array FinalizationRegistry WeakRef WebAssembly AbortController AbortSignal ReadableStream';
  const functions = 'queueMicrotask requestIdleCallback structuredClone ResizeObserver IntersectionObserver globalThis';
  const missing = [
    [self, `${classes} ${functions}`],
    [Object, 'fromEntries getOwnPropertyDescriptors hasOwn groupBy'],
    [Array.prototype, 'flat flatMap at findLast findLastIndex toSorted toReversed toSpliced with'],
    [String.prototype, 'matchAll replaceAll trimStart trimEnd at'],
    [Promise, 'allSettled any try withResolvers'],
    [Promise.prototype, 'finally'],
    [Intl, 'PluralRules RelativeTimeFormat ListFormat Segmenter Locale DisplayNames'],
    [TextEncoder.prototype, 'encodeInto'],
    [Blob.prototype, 'arrayBuffer text stream'],
    [Event.prototype, 'composedPath'],
    [Object.getPrototypeOf(self.navigator), 'locks storage clipboard share serviceWorker'],
  ];
  if (self.document) {
    missing.push(
      [Node.prototype, 'isConnected getRootNode'],
      [NodeList.prototype, 'forEach'],
      [Element.prototype, 'append prepend before after replaceWith replaceChildren toggleAttribute'],
      [DocumentFragment.prototype, 'append prepend replaceChildren'],
      [HTMLFormElement.prototype, 'requestSubmit'],
      [HTMLImageElement.prototype, 'decode'],
    );
  }
  // Its expressions know no properties of Unicode.
  const Expression = self.RegExp;
  self.RegExp = function (source, flags) {
    if (String(flags).includes('u') && String(source).includes('\\p{')) throw new SyntaxError('invalid escape');
    return new Expression(source, flags);
  };
  self.RegExp.prototype = Expression.prototype;
  missing.forEach(([from, names]) => names.split(' ').forEach((name) => delete from[name]));
})(self);
