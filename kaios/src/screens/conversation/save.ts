// Hands a file out of Larimar: the browser stores it where it stores what is downloaded.

import { errorOf } from '../../engine/engine';
import type { FileRow, MessageRow } from '../../engine/protocol';
import { errorText } from '../../i18n/errors';
import { toast } from '../../parts/overlays';
import { content } from './content';

export async function saveFile(row: MessageRow, file: FileRow): Promise<void> {
  try {
    const it = await content(row.id, file.id);
    const link = document.createElement('a');
    link.href = it.address;
    link.download = it.name;
    link.click();
  } catch (thrown) {
    toast(errorText(errorOf(thrown)));
  }
}
