/** `<course-map>`: how far one got in each lesson's lab, from what this browser keeps (`progress:LAB`, written by the session). */
class CourseMap extends HTMLElement {
  connectedCallback(): void {
    for (const place of this.querySelectorAll<HTMLElement>('[data-lab]')) {
      const kept = localStorage.getItem(`progress:${place.dataset['lab']}`);
      const [done, all] = kept?.split('/').map(Number) ?? [];
      if (!all) continue;
      place.textContent = done === all ? `✓ ${kept}` : kept!;
      place.classList.toggle('whole', done === all);
    }
  }
}
customElements.define('course-map', CourseMap);
