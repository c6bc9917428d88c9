using System.Net;
using Hub.Town;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Hub.Acceptance;

/// <summary>What becomes of mirrored requests on their way to New; a shopper's own are never touched.</summary>
internal enum MirrorFault
{
    None,
    Slow,
    Hanging,
    Reset,
    Failing,
}

/// <summary>Stands before New's storefront, and spoils what is mirrored to it.</summary>
internal sealed class MirrorFaults : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None });
    private volatile MirrorFault _fault;
    private int _mirrored;

    private MirrorFaults(Uri storefront)
    {
        Address = new Uri($"http://127.0.0.1:{FreePorts.Draw()}/");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address.ToString());
        builder.Services.AddHttpForwarder();
        _app = builder.Build();
        _app.Run(async context =>
        {
            if (context.Request.Headers.ContainsKey("Hub-Mirror"))
            {
                Interlocked.Increment(ref _mirrored);
                if (await SpoilAsync(context))
                {
                    return;
                }
            }

            await context.RequestServices.GetRequiredService<IHttpForwarder>().SendAsync(
                context, storefront.ToString(), _client, ForwarderRequestConfig.Empty, new KeepHost());
        });
    }

    public Uri Address { get; }

    /// <summary>How many mirrored requests came.</summary>
    public int Mirrored => Volatile.Read(ref _mirrored);

    public MirrorFault Fault { get => _fault; set => _fault = value; }

    public static async Task<MirrorFaults> StartAsync(Uri storefront)
    {
        var faults = new MirrorFaults(storefront);
        await faults._app.StartAsync();
        return faults;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    /// <summary>True where it was answered here, or never will be.</summary>
    private async Task<bool> SpoilAsync(HttpContext context)
    {
        switch (_fault)
        {
            case MirrorFault.Slow:
                await Task.Delay(TimeSpan.FromSeconds(2), context.RequestAborted);
                return false;
            case MirrorFault.Hanging:
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
                return true;
            case MirrorFault.Reset:
                context.Abort();
                return true;
            case MirrorFault.Failing:
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return true;
            default:
                return false;
        }
    }

    private sealed class KeepHost : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.Headers.Host = httpContext.Request.Host.Value;
        }
    }
}
