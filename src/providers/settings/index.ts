/** The table of contents of what keeps settings; the site file's schema follows it. */
import { phpFpmSettings } from './php-fpm/php-fpm';

export const settingsKinds = [phpFpmSettings] as const;
