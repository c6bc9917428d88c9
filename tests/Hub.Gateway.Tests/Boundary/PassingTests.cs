using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using Hub.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hub.Gateway.Tests.Boundary;

/// <summary>What is alive passes alive: streams, WebSockets, early answers, and all that a proxy is tempted to change.</summary>
[Trait("Rule", "boundary")]
public sealed class PassingTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _deadline = new(Patience);

    private CancellationToken Deadline => _deadline.Token;

    public void Dispose() => _deadline.Dispose();

    [Fact]
    public async Task WebSocket_OverAFlip_FinishesWhereItBegan()
    {
        await using var sides = await LiveSides.StartAsync(EchoAsync);
        using var shopper = sides.Gateway.Shopper();
        await shopper.GetAsync("/");
        using var socket = await ConnectAsync(sides, shopper);

        Assert.Equal("legacy: one", await SayAsync(socket, "one"));
        await sides.FlipAsync();
        Assert.Equal("legacy: two", await SayAsync(socket, "two"));
        using var next = await ConnectAsync(sides, shopper);

        Assert.Equal("new: three", await SayAsync(next, "three"));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Deadline);
        Assert.Equal("done", socket.CloseStatusDescription);
    }

    [Fact]
    public async Task WebSocket_InADrain_Finishes()
    {
        await using var sides = await LiveSides.StartAsync(EchoAsync);
        using var shopper = sides.Gateway.Shopper();
        using var socket = await ConnectAsync(sides, shopper);
        Assert.Equal("legacy: one", await SayAsync(socket, "one"));

        // An idle connection is closed when the drain has come to the connections.
        using var idle = new System.Net.Sockets.TcpClient();
        await idle.ConnectAsync(sides.Gateway.Url.Host, sides.Gateway.Url.Port, Deadline);
        await idle.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n"u8.ToArray(), Deadline);
        await idle.GetStream().ReadAtLeastAsync(new byte[10], 10, true, Deadline);
        var draining = sides.Gateway.StopAsync();
        await TestWait.UntilAsync(() => Refuses(sides.Gateway.Url));
        await idle.GetStream().CopyToAsync(Stream.Null, Deadline);
        Assert.Equal("legacy: two", await SayAsync(socket, "two"));
        Assert.Equal("legacy: three", await SayAsync(socket, "three"));
        Assert.False(draining.IsCompleted);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Deadline);
        await draining.WaitAsync(Deadline);

        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task ServerSentEvents_OverAFlipAndADrain_ArriveOneByOne()
    {
        var more = new SemaphoreSlim(0);
        await using var sides = await LiveSides.StartAsync(async (context, side) =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 4; i++)
            {
                await context.Response.WriteAsync($"data: {side} {i}\n\n");
                await context.Response.Body.FlushAsync();
                await more.WaitAsync(context.RequestAborted);
            }
        });
        using var client = sides.Client();
        using var stream = new StreamReader(await client.GetStreamAsync("/events", Deadline));
        var draining = Task.CompletedTask;

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal($"data: legacy {i}", await stream.ReadLineAsync(Deadline));
            Assert.Equal("", await stream.ReadLineAsync(Deadline));
            if (i == 0)
            {
                await sides.FlipAsync();
            }

            if (i == 2)
            {
                draining = sides.Gateway.StopAsync();
            }

            more.Release();
        }

        Assert.Null(await stream.ReadLineAsync(Deadline));
        await draining.WaitAsync(Deadline);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public async Task Upload_OfUnknownLength_ReachesTheSideWhileItIsSent(bool http2, bool side2)
    {
        var first = new TaskCompletionSource();
        await using var sides = await LiveSides.StartAsync(async (context, _) =>
        {
            var buffer = new byte[100];
            var length = await context.Request.Body.ReadAtLeastAsync(buffer, 5);
            first.SetResult();
            length += await context.Request.Body.ReadAtLeastAsync(buffer.AsMemory(length), 6);
            await context.Response.WriteAsync(Encoding.ASCII.GetString(buffer, 0, length));
        }, side2);
        using var client = sides.Client(http2);
        using var content = new Pushed(async (stream, cancellationToken) =>
        {
            await stream.WriteAsync("first"u8.ToArray(), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await first.Task.WaitAsync(cancellationToken);
            await stream.WriteAsync("second"u8.ToArray(), cancellationToken);
        });

        using var response = await client.PostAsync("/", content, Deadline);

        Assert.Equal("firstsecond", await response.Content.ReadAsStringAsync(Deadline));
    }

    [Fact]
    public async Task Grpc_BothWaysAtOnceWithTrailers_Passes()
    {
        await using var sides = await LiveSides.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.StartAsync();
            var buffer = new byte[100];
            while (await context.Request.Body.ReadAsync(buffer) is > 0 and var length)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, length));
                await context.Response.Body.FlushAsync();
            }

            context.Response.AppendTrailer("grpc-status", "0");
        }, http2: true);
        using var client = sides.Client(http2: true);
        var requests = new System.IO.Pipelines.Pipe();
        using var content = new Pushed(async (stream, cancellationToken) =>
        {
            while (await requests.Reader.ReadAsync(cancellationToken) is { IsCompleted: false } read)
            {
                await stream.WriteAsync(read.Buffer.First, cancellationToken);
                await stream.FlushAsync(cancellationToken);
                requests.Reader.AdvanceTo(read.Buffer.End);
            }
        });
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/shop.Cart/Watch") { Content = content, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TE.ParseAdd("trailers");

        await requests.Writer.WriteAsync(new byte[] { 0 }, Deadline);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Deadline);
        await using var answers = await response.Content.ReadAsStreamAsync(Deadline);
        for (var i = 0; i < 3; i++)
        {
            var answer = new byte[1];
            await answers.ReadExactlyAsync(answer, Deadline);
            Assert.Equal(i, answer[0]);
            await requests.Writer.WriteAsync(new[] { (byte)(i + 1) }, Deadline);
        }

        await answers.ReadExactlyAsync(new byte[1], Deadline);

        await requests.Writer.CompleteAsync();
        Assert.Equal(0, await answers.ReadAsync(new byte[1], Deadline));
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task Trailers_OfAnAnswerInChunks_ReachTheClient()
    {
        await using var host = await BoundaryHost.StartAsync();
        host.Origin.Answer = _ => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n";
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var response = await client.GetAsync(host.Gateway.SecondUrl, Deadline);

        Assert.Equal("7", response.TrailingHeaders.GetValues("X-Sum").Single());
    }

    [Fact]
    public async Task EarlyRefusal_OfALargeUpload_ReachesTheClient()
    {
        await using var host = await BoundaryHost.StartAsync();
        host.Origin.Take = async (stream, cancellationToken) =>
        {
            await stream.ReadAtLeastAsync(new byte[100_000], 100_000, true, cancellationToken);
            await stream.WriteAsync("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 5\r\nConnection: close\r\n\r\nlarge"u8.ToArray(), cancellationToken);

            // Closed with bytes unread: what is sent meanwhile is answered by a reset.
            stream.Close();
        };
        using var client = new HttpClient();
        using var content = new ByteArrayContent(new byte[16 * 1024 * 1024]);

        using var response = await client.PostAsync(host.Gateway.Url, content, Deadline);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("large", await response.Content.ReadAsStringAsync(Deadline));
    }

    [Fact]
    public async Task SideThatDies_InAnUpload_IsABadGateway()
    {
        await using var host = await BoundaryHost.StartAsync();
        host.Origin.Take = async (stream, cancellationToken) =>
        {
            await stream.ReadAtLeastAsync(new byte[100_000], 100_000, true, cancellationToken);
            stream.Close();
        };
        using var client = new HttpClient();
        using var content = new ByteArrayContent(new byte[8 * 1024 * 1024]);

        using var response = await client.PostAsync(host.Gateway.Url, content, Deadline);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    [Fact]
    public async Task ExpectContinue_SideThatWantsTheBody_GetsItAndTheClientIsToldTo()
    {
        await using var sides = await LiveSides.StartAsync(async (context, _) =>
            await context.Response.WriteAsync(await new StreamReader(context.Request.Body).ReadToEndAsync()));
        using var client = sides.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("body") };
        request.Headers.ExpectContinue = true;

        using var response = await client.SendAsync(request, Deadline);

        Assert.Equal("body", await response.Content.ReadAsStringAsync(Deadline));
    }

    [Fact]
    public async Task ExpectContinue_SideThatRefuses_GetsNoBodyAndTheClientIsToldAtOnce()
    {
        await using var sides = await LiveSides.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        var sent = false;
        using var client = sides.Client();
        using var content = new Pushed((_, _) =>
        {
            sent = true;
            return Task.CompletedTask;
        });
        content.Headers.ContentLength = 100_000;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = content };
        request.Headers.ExpectContinue = true;

        using var response = await client.SendAsync(request, Deadline);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.False(sent);
    }

    [Theory]
    [InlineData("GET /a HTTP/1.1\r\nRange: bytes=0-1\r\n", "Range: bytes=0-1", "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-1/9\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("GET /a HTTP/1.1\r\nRange: bytes=99-\r\n", "Range: bytes=99-", "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */9\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nIf-None-Match: \"1\"\r\n", "If-None-Match: \"1\"", "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n")]
    [InlineData("HEAD /a HTTP/1.1\r\n", "HEAD /a", "HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n")]
    [InlineData("HEAD /a HTTP/1.1\r\n", "HEAD /a", "HTTP/1.1 200 OK\r\nContent-Length: 4711\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nAccept-Encoding: gzip\r\n", "Accept-Encoding: gzip", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nzz")]
    [InlineData("OPTIONS /a HTTP/1.1\r\n", "OPTIONS /a", "HTTP/1.1 204 No Content\r\nAllow: GET\r\n\r\n")]
    [InlineData("PURGE /a HTTP/1.1\r\n", "PURGE /a", "HTTP/1.1 200 Purged\r\nContent-Length: 0\r\n\r\n")]
    public async Task Answer_OfASide_IsPassedAsItIs(string request, string asked, string answer)
    {
        await using var host = await BoundaryHost.StartAsync();
        host.Origin.Answer = _ => answer;

        var passed = await Wire.SendAsync(host.Gateway.Url, $"{request}Host: shop.test\r\nConnection: close\r\n\r\n");

        Assert.Contains(asked, Assert.Single(host.Origin.Requests), StringComparison.Ordinal);
        var (head, body) = (answer.Split("\r\n\r\n")[0], answer.Split("\r\n\r\n")[1]);
        Assert.All(head.Split("\r\n"), line => Assert.Contains($"{line}\r\n", passed, StringComparison.Ordinal));
        Assert.EndsWith($"\r\n\r\n{body}", passed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 11\r\n\r\n12345678901")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n")]
    public async Task Body_LongerThanTheLimit_Is413(string rest)
    {
        await using var host = await BoundaryHost.StartAsync("""{ "MaxBody": 10 }""");

        var answer = await Wire.SendAsync(host.Gateway.Url, $"POST / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n{rest}");
        var fits = await Wire.SendAsync(host.Gateway.Url, "POST / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\nContent-Length: 10\r\n\r\n1234567890");

        Assert.Equal(413, Wire.Status(answer));
        Assert.Equal(200, Wire.Status(fits));
    }

    [Fact]
    public async Task Headers_LargerThanTheLimit_Are431WithWords()
    {
        await using var host = await BoundaryHost.StartAsync("""{ "MaxHeaders": 2000 }""");

        var answer = await Wire.SendAsync(
            host.Gateway.Url, $"GET / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\nCookie: a={new string('x', 2000)}\r\n\r\n");

        Assert.Equal(431, Wire.Status(answer));
        Assert.Contains("2000 are taken", answer, StringComparison.Ordinal);
        Assert.Empty(host.Origin.Requests);
    }

    [Fact]
    public async Task Target_ToASideThatSpeaksHttp2_IsByteExact()
    {
        var targets = new List<string>();
        await using var sides = await LiveSides.StartAsync((context, _) =>
        {
            targets.Add(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
            return Task.CompletedTask;
        }, http2: true);
        var passing = TargetTests.Table.Where(row => row.Passes).Select(row => row.Target).ToList();

        foreach (var target in passing)
        {
            await Wire.SendAsync(sides.Gateway.Url, $"GET {target} HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n");
        }

        Assert.Equal(passing, targets);
    }

    [Fact]
    public async Task Target_OfARouteThatChangesIt_IsAsYarpWritesIt()
    {
        await using var host = await BoundaryHost.StartAsync(transforms: """[ { "PathPrefix": "/shop" } ]""");

        await Wire.SendAsync(host.Gateway.Url, "GET /%41?x=%41 HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("GET /shop/A?x=A HTTP/1.1\r\n", Assert.Single(host.Origin.Requests), StringComparison.Ordinal);
    }

    private static bool Refuses(Uri gateway)
    {
        using var client = new System.Net.Sockets.TcpClient();
        try
        {
            client.Connect(gateway.Host, gateway.Port);
            return false;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return true;
        }
    }

    private static async Task EchoAsync(HttpContext context, string side)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await context.Response.WriteAsync(side);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[100];
        while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: WebSocketMessageType.Text } message)
        {
            var answer = $"{side}: {Encoding.UTF8.GetString(buffer, 0, message.Count)}";
            await socket.SendAsync(Encoding.UTF8.GetBytes(answer), WebSocketMessageType.Text, true, context.RequestAborted);
        }

        await socket.CloseAsync(socket.CloseStatus!.Value, socket.CloseStatusDescription, context.RequestAborted);
    }

    private async Task<ClientWebSocket> ConnectAsync(LiveSides sides, Shopper shopper)
    {
        var socket = new ClientWebSocket();
        if (shopper.HubCookieValue is { } cookie)
        {
            socket.Options.SetRequestHeader("Cookie", $"hub={cookie}");
        }

        await socket.ConnectAsync(new UriBuilder(sides.Gateway.Url) { Scheme = "ws" }.Uri, Deadline);
        return socket;
    }

    private async Task<string> SayAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Deadline);
        var buffer = new byte[100];
        var message = await socket.ReceiveAsync(buffer, Deadline);
        return Encoding.UTF8.GetString(buffer, 0, message.Count);
    }

    /// <summary>A body that the test writes while it is sent.</summary>
    private sealed class Pushed(Func<Stream, CancellationToken, Task> push) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => push(stream, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            push(stream, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
