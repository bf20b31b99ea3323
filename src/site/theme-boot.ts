/** The one inline script of the site: it sets the chosen theme before the first paint. Its hash stands in the content security policy. */
export const THEME_BOOT = "try{var t=localStorage.getItem('theme');if(t)document.documentElement.dataset.theme=t}catch{}";
