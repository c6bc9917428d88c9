using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Hub.Town.Tests.Shoppers;

/// <summary>
/// A door before the shop that passes requests on and then cuts the line: the first time a path is written to, the shop
/// has done what was asked and its answer is lost; the second time the request is lost and nothing was done. Or it sends
/// the first form of each kind back to its page, as a gateway does after a rollback.
/// </summary>
internal sealed class CuttingDoor : IAsyncDisposable
{
    private static readonly Dictionary<string, string> FormPages = new()
    {
        ["/login"] = "/login",
        ["/cart/update"] = "/cart",
        ["/checkout"] = "/checkout",
    };

    private readonly Dictionary<string, int> _writes = [];
    private readonly HttpClient _inside;
    private readonly WebApplication _door;

    private readonly bool _sendsBack;

    private CuttingDoor(Uri shop, bool sendsBack)
    {
        _sendsBack = sendsBack;
        _inside = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = shop };
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _door = builder.Build();
        _door.Run(Pass);
    }

    public Uri Address => new(_door.Urls.Single());

    /// <summary>The answers that were lost so far, by path.</summary>
    public IReadOnlyCollection<string> Cut => _writes.Keys;

    public static async Task<CuttingDoor> OpenAsync(Uri shop, bool sendsBack = false)
    {
        var door = new CuttingDoor(shop, sendsBack);
        await door._door.StartAsync(TestContext.Current.CancellationToken);
        return door;
    }

    public async ValueTask DisposeAsync()
    {
        await _door.DisposeAsync();
        _inside.Dispose();
    }

    private async Task Pass(HttpContext http)
    {
        var isWrite = !HttpMethods.IsGet(http.Request.Method);
        var times = isWrite ? _writes[http.Request.Path] = _writes.GetValueOrDefault(http.Request.Path) + 1 : 0;
        if (_sendsBack)
        {
            if (times == 1 && FormPages.TryGetValue(http.Request.Path, out var page))
            {
                http.Response.StatusCode = StatusCodes.Status303SeeOther;
                http.Response.Headers.Location = page;
                return;
            }

            times = 0;
        }

        if (times == 2)
        {
            http.Abort();
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), http.Request.GetEncodedPathAndQuery());
        request.Content = isWrite ? new StreamContent(http.Request.Body) : null;
        foreach (var (name, value) in http.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
            }
        }

        using var answer = await _inside.SendAsync(request, http.RequestAborted);
        var body = await answer.Content.ReadAsByteArrayAsync(http.RequestAborted);
        if (times == 1)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            http.Response.Headers[name] = values.ToArray();
        }

        http.Response.Headers.TransferEncoding = default;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}
