import { writeFile } from 'node:fs/promises';
import type { ProcessSpec } from '../control/process';
import { places, shopName, type RegionName } from '../network/places';

const temporaryPaths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

function configuration(region: RegionName): string {
  return `
daemon off;
user www-data;
worker_processes 1;
# Old workers finish their open requests, long ones too, before they exit.
worker_shutdown_timeout 15s;
pid /srv/run/nginx.pid;
error_log /srv/log/nginx-error.log warn;
events { worker_connections 1024; }
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log off;
  server_tokens off;
  keepalive_timeout 65s;
  keepalive_requests 10000;
  client_max_body_size 8m;
${temporaryPaths.map((name) => `  ${name}_temp_path /srv/tmp/nginx-${name};`).join('\n')}
  ssl_certificate /srv/etc/tls/server.crt;
  ssl_certificate_key /srv/etc/tls/server.key;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_cache shared:tls:1m;
  server {
    listen ${places[region].address}:443 ssl backlog=511;
    server_name ${shopName} ${region.toLowerCase()}.shop.test;
    root /srv/www;
    index index.php;
${forwarding}
${locations}
  }
}
`;
}

/** `return 418` with a named location keeps method and body; an `if` around proxy_pass would not do so safely. */
const forwarding = `
    set $upstream_region "";
    include /srv/etc/proxy.conf;
    set $forward $upstream_region;
    if ($http_x_handover_direct = "1") { set $forward ""; }
    error_page 418 = @other_region;
    location @other_region {
      proxy_pass $forward;
      proxy_http_version 1.1;
      proxy_set_header Host ${shopName};
      proxy_set_header Connection "";
      # Two regions that proxy to each other must not create a loop.
      proxy_set_header X-Handover-Direct 1;
      proxy_ssl_server_name on;
      proxy_ssl_name ${shopName};
      proxy_ssl_verify on;
      proxy_ssl_trusted_certificate /srv/etc/tls/ca.crt;
      proxy_connect_timeout 1s;
      proxy_read_timeout 30s;
      proxy_next_upstream off;
    }
`;

/** What the plugin handover answers is about this region, so it clears `$forward` and is never proxied. */
const locations = `
    location ^~ /wp-json/handover/ { set $forward ""; rewrite ^ /index.php last; }
    location = /handover-serving {
      include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME /srv/www/wp-content/mu-plugins/handover/serving.php;
      fastcgi_param REQUEST_ARRIVED $msec;
      fastcgi_read_timeout 30s;
      fastcgi_pass unix:/srv/run/php-fpm.sock;
    }
    location / {
      if ($forward != "") { return 418; }
      try_files $uri $uri/ /index.php$is_args$args;
    }
    location ~ \\.php$ {
      if ($forward != "") { return 418; }
      try_files $uri =404;
      include /etc/nginx/fastcgi.conf;
      fastcgi_param REQUEST_ARRIVED $msec;
      fastcgi_read_timeout 30s;
      fastcgi_pass unix:/srv/run/php-fpm.sock;
    }
`;

export async function prepareNginx(root: string, region: RegionName): Promise<ProcessSpec> {
  await writeFile(`${root}/etc/nginx.conf`, configuration(region));
  await writeFile(`${root}/etc/proxy.conf`, '');
  return {
    name: `${region}.nginx`,
    place: region,
    view: 'host',
    command: 'nginx',
    args: ['-e', '/srv/log/nginx-error.log', '-c', '/srv/etc/nginx.conf'],
    listens: [{ tcp: 443 }],
    stop: { signal: 'SIGQUIT', timeout: 20_000 },
  };
}
