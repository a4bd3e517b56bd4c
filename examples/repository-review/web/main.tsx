import { createRoot } from 'react-dom/client';
import '@fleetglass/react/styles.css';

const container = document.getElementById('root');
if (container) createRoot(container).render(<main>Repository review</main>);
