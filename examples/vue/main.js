import { createApp } from 'vue'
import ChatBox from './chat-box.vue'

createApp(ChatBox, { conversation: new URLSearchParams(location.search).get('conversation') }).mount('#app')
