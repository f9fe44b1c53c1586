// What phones are told of the app is true: its version, and icons that are there.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { version } from '../package.json';

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
const isThere = (icon: string): boolean => existsSync(new URL(`../public/${icon}`, import.meta.url));

describe('manifests', () => {
  it("KaiOS 3 and browsers: the package's version, all icons, what KaiOS wants", () => {
    const manifest = read('public/manifest.webmanifest') as {
      icons: { src: string }[];
      b2g_features: { version: string };
      [name: string]: unknown;
    };
    expect(manifest.b2g_features.version).toBe(version);
    expect(manifest.icons.filter(({ src }) => !isThere(src))).toEqual([]);
    const wanted = ['name', 'description', 'lang', 'id', 'theme_color', 'background_color', 'orientation', 'start_url'];
    expect(wanted.filter((name) => typeof manifest[name] !== 'string')).toEqual([]);
  });

  it('KaiOS 2.5: the icons that its store asks for', () => {
    const manifest = read('kaios25/manifest.webapp') as { icons: Record<string, string> };
    expect(Object.keys(manifest.icons)).toEqual(['56', '112']);
    expect(Object.values(manifest.icons).filter((icon) => !isThere(icon.slice(1)))).toEqual([]);
  });
});
