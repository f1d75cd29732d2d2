export default defineNuxtConfig({ modules: ['@windlass/unplugin/nuxt'] });
