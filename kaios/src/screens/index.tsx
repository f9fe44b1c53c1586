// Which screen belongs to a place.

import type { JSX } from 'solid-js';
import type { Place } from '../app/router';
import { About } from './about';
import { Chats } from './chats';
import { Code } from './code';
import { Contact } from './contact';
import { Conversation } from './conversation';
import { Devices } from './devices';
import { Help } from './help';
import { Invite } from './invite';
import { NewChat } from './new-chat';
import { PictureView } from './picture';
import { Profile } from './profile';
import { Register } from './register';
import { Requests } from './requests';
import { Scan } from './scan';
import { Search } from './search';
import { Security } from './security';
import { Settings } from './settings';
import { Shared } from './shared';
import { SignIn } from './sign-in';
import { Storage } from './storage';
import { Welcome } from './welcome';

export function ScreenOf(props: { place: Place; name: string }): JSX.Element {
  const { place, name } = props;
  switch (place.screen) {
    case 'welcome':
      return <Welcome scope={name} />;
    case 'signIn':
      return <SignIn scope={name} jid={place.jid ?? ''} />;
    case 'register':
      return <Register scope={name} domain={place.domain ?? ''} token={place.token ?? null} />;
    case 'invite':
      return <Invite scope={name} />;
    case 'chats':
      return <Chats scope={name} archived={!!place.archived} />;
    case 'chat':
      return <Conversation scope={name} account={place.account} chat={place.chat} message={place.message ?? null} />;
    case 'new':
      return <NewChat scope={name} />;
    case 'contact':
      return <Contact scope={name} account={place.account} jid={place.jid} />;
    case 'shared':
      return <Shared scope={name} account={place.account} jid={place.jid} />;
    case 'security':
      return <Security scope={name} account={place.account} jid={place.jid} />;
    case 'scan':
      return <Scan scope={name} account={place.account} jid={place.jid} />;
    case 'requests':
      return <Requests scope={name} />;
    case 'search':
      return <Search scope={name} words={place.words ?? ''} />;
    case 'profile':
      return <Profile scope={name} account={place.account} />;
    case 'code':
      return <Code scope={name} account={place.account} />;
    case 'devices':
      return <Devices scope={name} account={place.account} />;
    case 'picture':
      return <PictureView scope={name} message={place.message} file={place.file} title={place.name} />;
    case 'settings':
      return <Settings scope={name} />;
    case 'storage':
      return <Storage scope={name} />;
    case 'about':
      return <About scope={name} />;
    case 'help':
      return <Help scope={name} />;
  }
}
