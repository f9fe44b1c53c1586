// A long list, drawn little by little.

import { createRoot, createSignal } from 'solid-js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { growing } from '../src/parts/growing';

let frames: (() => void)[] = [];
const frame = (): void => frames.splice(0).forEach((run) => run());

beforeEach(() => {
  frames = [];
  vi.stubGlobal('innerHeight', 320);
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
});
afterEach(() => vi.unstubAllGlobals());

const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

test('what is seen is drawn at once, and the rest frame by frame until all are there', () => {
  createRoot((end) => {
    const [rows, setRows] = createSignal<number[]>([]);
    const drawn = growing(rows, () => -1);
    expect([drawn(), frames.length]).toEqual([[], 0]);
    setRows(numbers(11));
    expect(drawn()).toEqual(numbers(8));
    frame();
    expect(drawn()).toEqual(numbers(10));
    frame();
    expect(drawn()).toEqual(numbers(11));
    expect(frames).toHaveLength(0);
    setRows(numbers(12));
    expect(drawn()).toEqual(numbers(12));
    end();
  });
});

test('what had the focus is there from the beginning', () => {
  createRoot((end) => {
    const [rows] = createSignal(numbers(200));
    expect(growing(rows, () => 150)()).toEqual(numbers(158));
    end();
  });
});
