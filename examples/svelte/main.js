import { mount } from 'svelte'
import ChatBox from './chat-box.svelte'

const conversation = new URLSearchParams(location.search).get('conversation')
mount(ChatBox, { target: document.querySelector('#app'), props: { conversation } })
