// Hands a file out of Larimar: the browser stores it where it stores what is downloaded.

import type { FileRow, MessageRow } from '../../engine/protocol';
import { content } from './content';
import { sayWrong } from '../wrong';

export async function saveFile(row: MessageRow, file: FileRow): Promise<void> {
  try {
    const it = await content(row.id, file.id);
    const link = document.createElement('a');
    link.href = it.address;
    link.download = it.name;
    link.click();
  } catch (thrown) {
    sayWrong(thrown);
  }
}
