using Hub.Benchmarks.Running;
using Hub.Running;

namespace Hub.Benchmarks.Gateway;

/// <summary>nginx and haproxy as Debian packs them: kept-alive connections both ways, no logs, two workers.</summary>
internal static class StandardProxies
{
    public static ChildProcess Start(HubProcesses hub, string name, string program, string folder, int port)
    {
        var file = Path.Combine(folder, $"{name}.conf");
        File.WriteAllText(file, name == "nginx" ? Nginx(hub.Upstream, folder, port) : Haproxy(hub.Upstream, port));
        return name == "nginx" ? hub.RunProgram(program, "-c", file, "-p", folder, "-e", "stderr") : hub.RunProgram(program, "-f", file);
    }

    private static string Nginx(Uri upstream, string folder, int port) => $$"""
        daemon off;
        worker_processes 2;
        pid {{folder}}/nginx.pid;
        events { worker_connections 4096; }
        http {
            access_log off;
            client_body_temp_path {{folder}}/1; proxy_temp_path {{folder}}/2; fastcgi_temp_path {{folder}}/3; uwsgi_temp_path {{folder}}/4; scgi_temp_path {{folder}}/5;
            keepalive_requests 100000000;
            upstream shop { server {{upstream.Authority}}; keepalive 256; keepalive_requests 100000000; }
            server {
                listen 127.0.0.1:{{port}};
                location / {
                    proxy_pass http://shop;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_set_header Host $http_host;
                    proxy_set_header X-Forwarded-For $remote_addr;
                }
            }
        }
        """;

    private static string Haproxy(Uri upstream, int port) => $$"""
        global
            maxconn 4000
            nbthread 2
        defaults
            mode http
            timeout connect 5s
            timeout client 60s
            timeout server 60s
            http-reuse always
        frontend shop
            bind 127.0.0.1:{{port}}
            option forwardfor
            default_backend side
        backend side
            server one {{upstream.Authority}}

        """;
}
