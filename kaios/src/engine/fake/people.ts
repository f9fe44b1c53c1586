// The people of the fake world, with what they say, each in their own language.

import type { Availability, MessageRow } from '../protocol';
import { fileRow } from './row';

/** One thing that was said: who (`<` they, `>` we), how many minutes ago, and what. */
export interface Said {
  from: '<' | '>';
  ago: number;
  text: string;
  more?: Partial<MessageRow>;
}

export interface Person {
  jid: string;
  name: string;
  availability: Availability;
  status?: string;
  said: Said[];
  answers: string[];
  unread?: number;
  pinned?: boolean;
  muted?: boolean;
  archived?: boolean;
  draft?: string;
  avatar?: boolean;
  open?: boolean;
}

const HOUR = 60;
const DAY = 24 * HOUR;

const said = (from: '<' | '>', ago: number, text: string, more?: Partial<MessageRow>): Said =>
  more ? { from, ago, text, more } : { from, ago, text };

export const PEOPLE: Person[] = [
  {
    jid: 'lucas@forets.example',
    name: 'Lucas Moreau',
    availability: 'away',
    status: 'En montagne',
    unread: 2,
    avatar: true,
    said: [
      said('>', 2 * DAY, 'Tu rentres quand ?'),
      said('<', 2 * DAY - 20, 'Dimanche soir, si le col est ouvert.'),
      said('>', DAY, 'Parfait. Je garde ta place à table.', { delivery: 'delivered' }),
      said('<', 34, 'On est descendus ! Le col est ouvert.'),
      said('<', 33, 'Train de 18 h 12, tu peux venir me chercher ?'),
    ],
    answers: ['D’accord !', 'Je te rappelle ce soir.', 'Super, merci 🙏'],
  },
  {
    jid: 'priya@shiksha.example',
    name: 'प्रिया शर्मा',
    availability: 'online',
    unread: 1,
    said: [
      said('<', 3 * HOUR, 'नमस्ते! कल की कक्षा दस बजे है।'),
      said('>', 3 * HOUR - 4, 'ठीक है, मैं किताबें ले आऊँगी।'),
      said('<', 52, 'बहुत धन्यवाद, बच्चे बहुत खुश होंगे!'),
    ],
    answers: ['जी हाँ, बिल्कुल।', 'अच्छा, कल मिलते हैं।'],
  },
  {
    jid: 'hannah@alpen.example',
    name: 'Hannah Vogel',
    availability: 'busy',
    status: 'In der Werkstatt',
    said: [
      said('<', 5 * HOUR, 'Das Fahrrad ist fertig, du kannst es abholen.'),
      said('>', 5 * HOUR - 10, 'Wunderbar! Was schulde ich dir?'),
      said('<', 5 * HOUR - 12, 'Einen Kuchen 😉'),
      said('>', 5 * HOUR - 14, 'Abgemacht.', { delivery: 'delivered' }),
    ],
    answers: ['Ist gut.', 'Bis morgen!'],
  },
  {
    jid: 'sara@nakheel.example',
    name: 'سارة الخطيب',
    availability: 'online',
    said: [
      said('<', DAY + HOUR, 'مساء الخير! هل أنتم بخير؟'),
      said('>', DAY + 50, 'الحمد لله، كلنا بخير.'),
      said('<', 8 * HOUR, 'صباح الخير! هل وصلت الرسالة؟'),
      said('>', 8 * HOUR - 6, 'نعم وصلت، شكرًا جزيلًا.', {
        reply: { message: null, preview: 'صباح الخير! هل وصلت الرسالة؟', outgoing: false },
        reactions: [{ emoji: '❤️', from: ['sara@nakheel.example'] }],
      }),
      said('<', 8 * HOUR - 20, '', {
        files: [fileRow({ name: 'voice.ogg', mediaType: 'audio/ogg', size: 22_000, durationMs: 9_000 })],
      }),
      said('>', 7 * HOUR + 10, '', {
        files: [fileRow({ name: 'خطة الحديقة.pdf', mediaType: 'application/pdf', size: 412_000 })],
      }),
      said('<', 7 * HOUR, 'سنلتقي يوم الخميس إن شاء الله 🌹'),
    ],
    answers: ['إن شاء الله', 'حسنًا، إلى اللقاء'],
  },
  {
    jid: 'joao@mar.example',
    name: 'João Ribeiro',
    availability: 'offline',
    draft: 'Já comprei os bilhetes para',
    said: [
      said('<', DAY + HOUR, 'Amanhã há peixe fresco no mercado.'),
      said('>', DAY + 40, 'Guarda-me dois robalos, por favor!'),
      said('<', DAY + 35, 'Combinado.'),
    ],
    answers: ['Combinado!', 'Até logo.'],
  },
  {
    jid: 'carmen@rioja.example',
    name: 'Carmen Ruiz',
    availability: 'offline',
    said: [
      said('>', 2 * DAY, '¿Cómo está la abuela?'),
      said('<', 2 * DAY - 30, 'Mucho mejor, gracias. Ya camina por el jardín.'),
      said('>', 2 * DAY - 40, 'Qué alegría. Un abrazo grande.'),
    ],
    answers: ['¡Claro que sí!', 'Un abrazo.'],
  },
  {
    jid: 'clinic@health.example',
    name: 'Dr. Osei, clinic',
    availability: 'online',
    open: true,
    said: [
      said('<', 3 * DAY, 'Your results are in. Please call between 9 and 11.'),
      said('>', 3 * DAY - 60, 'Thank you, I will call tomorrow.', { delivery: 'delivered' }),
    ],
    answers: ['Noted, thank you.'],
  },
  {
    jid: 'results@football.example',
    name: 'Football results',
    availability: 'online',
    muted: true,
    unread: 14,
    open: true,
    said: Array.from({ length: 14 }, (_, index) =>
      said('<', 4 * DAY - index * 30, `Round ${String(index + 1)}: ${String((index * 3) % 4)} – ${String((index * 7) % 3)}`),
    ),
    answers: ['Send “stop” to unsubscribe.'],
  },
  {
    jid: 'wrong@old.example',
    name: 'Peter Lindqvist',
    availability: 'offline',
    said: [
      said('<', 40 * DAY, 'I am moving to another server soon.'),
      said('>', 5 * DAY, 'Are you still there?', { delivery: 'failed', error: 'NoSuchAddress' }),
    ],
    answers: [],
  },
  {
    jid: 'echo@larimar.example',
    name: 'Echo',
    availability: 'online',
    status: 'I say what you say',
    said: [said('<', 6 * DAY, 'Write to me, and I answer at once.')],
    answers: [],
  },
  {
    jid: 'landlord@stadt.example',
    name: 'Frau Köhler',
    availability: 'offline',
    archived: true,
    said: [said('<', 60 * DAY, 'Die Heizung wird am Montag gewartet.')],
    answers: ['Danke.'],
  },
];
