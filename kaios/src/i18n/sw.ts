// Not translated yet.
import { en, type Texts } from './en';
export const sw: Texts = en;
