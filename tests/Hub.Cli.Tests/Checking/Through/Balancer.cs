using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace Hub.Cli.Tests.Checking.Through;

/// <summary>A reverse proxy before the gateways, which asks them from an address of its own.</summary>
internal sealed class Balancer : IAsyncDisposable
{
    public const string Address = "127.0.0.2";

    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _http;
    private int _next;

    private Balancer(WebApplication app, HttpMessageInvoker http) => (_app, _http) = (app, http);

    public string Url => _app.Urls.First();

    /// <param name="says">What it tells the gateway of the client; the client's own headers are on the request already.</param>
    public static async Task<Balancer> StartAsync(Action<HttpContext, HttpRequestMessage> says, params Uri[] gateways)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddHttpForwarder();
        var app = builder.Build();
        var balancer = new Balancer(app, new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(Address), 0));
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        }));
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        app.Run(async context =>
        {
            var gateway = gateways[Interlocked.Increment(ref balancer._next) % gateways.Length];
            await forwarder.SendAsync(context, gateway.ToString(), balancer._http, ForwarderRequestConfig.Empty, new Saying(says));
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return balancer;
    }

    /// <summary>As it should be: all is set anew.</summary>
    public static void SaysAll(HttpContext context, HttpRequestMessage request)
    {
        Set(request, "X-Forwarded-For", context.Connection.RemoteIpAddress!.ToString());
        Set(request, "X-Forwarded-Proto", context.Request.Scheme);
        request.Headers.Remove("X-Forwarded-Host");
    }

    public static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private sealed class Saying(Action<HttpContext, HttpRequestMessage> says) : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            says(httpContext, proxyRequest);
        }
    }
}
