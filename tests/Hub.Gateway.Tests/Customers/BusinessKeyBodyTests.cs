using System.IO.Pipelines;
using System.Text;
using Hub.Gateway.Customers;
using Hub.Gateway.Tests.Hosting;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Gateway.Tests.Customers;

public sealed class BusinessKeyBodyTests
{
    private const string Form = "application/x-www-form-urlencoded", Json = "application/json", Multipart = "multipart/form-data; boundary=\"b\"";

    private static readonly string Long = new('x', 200_000);

    public static TheoryData<string, string, string, string?> Bodies { get; } = new()
    {
        { Form, "order", "status=paid&order=4711", "4711" },
        { Form, "order", "order=a%20b&order=2", "a b" },
        { Form + "; charset=utf-8", "order", "order=4711&rest=" + Long, "4711" },
        { Form, "order", "rest=" + Long + "&order=4711", null },
        { Form, "order", "rest=" + Long[..(BusinessKeyBody.MostBytes - 14)] + "&order=4711", null },
        { Form, "order", "", null },
        { Json, "order", "{ \"status\": { \"order\": 1 }, \"order\": \"4711\" }", "4711" },
        { Json, "$.order", "{ \"order\": 4711 }", "4711" },
        { Json, "$.data.order", "{ \"order\": 1, \"data\": { \"lines\": [ { \"order\": 2 } ], \"order\": \"4711\", \"rest\": \"" + Long + "\" } }", "4711" },
        { "application/vnd.pay+json; charset=utf-8", "$.data.object.id", "{\"data\":{\"object\":{\"id\":\"4711\"}}}", "4711" },
        { Json, "$.data.order", "{ \"rest\": \"" + Long + "\", \"data\": { \"order\": \"4711\" } }", null },
        { Json, "$.data.order", "{ \"data\": [ { \"order\": \"4711\" } ] }", null },
        { Json, "$.data.order", "{ \"data\": { \"order\": { } } }", null },
        { Json, "$.data.order", "{ \"data\": 1 }", null },
        { Json, "order", "{ \"order\": \"47", null },
        { Json, "order", "[ ]", null },
        { Json, "order", "nonsense", null },
        { Multipart, "order", Part("status", "paid") + Part("order", "4711") + "--b--\r\n", "4711" },
        { Multipart, "order", Part("order", "4711") + Part("file\"; filename=\"a.pdf", Long) + "--b--\r\n", "4711" },
        { Multipart, "order", Part("file", Long) + Part("order", "4711") + "--b--\r\n", null },
        { Multipart, "order", "--b\r\nContent-Disposition: form-data; name=\"order\"\r\n\r\n47", null },
        { Multipart, "order", "nonsense", null },
        { "text/xml", "order", "<order>4711</order>", null },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Find_InABody_ReadsTheNumberAndLeavesTheBodyWhole(string type, string place, string body, string? number)
    {
        foreach (var chunked in new[] { false, true })
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            var request = new DefaultHttpContext().Request;
            request.ContentType = type;
            request.ContentLength = chunked ? null : bytes.Length;
            request.Body = chunked ? new Dribble(bytes) : new MemoryStream(bytes);

            var found = await BusinessKeys.ValueOfAsync(request, new BusinessKeyConfig { Kind = "order", Body = place }, TimeProvider.System);

            Assert.Equal(number, found);
            using var after = new MemoryStream();
            await request.Body.CopyToAsync(after, TestContext.Current.CancellationToken);
            Assert.Equal(bytes, after.ToArray());
        }
    }

    [Fact]
    public async Task Find_ClientThatDawdles_GoesOnWithoutTheRestAndLosesNoByte()
    {
        var time = new FakeTimeProvider();
        var client = new Pipe();
        var request = new DefaultHttpContext().Request;
        request.ContentType = Form;
        request.Body = client.Reader.AsStream();
        await client.Writer.WriteAsync("status=paid&order=4711&rest=4"u8.ToArray(), TestContext.Current.CancellationToken);

        var finding = BusinessKeyBody.FindAsync(request, "order", time).AsTask();
        while (!finding.IsCompleted)
        {
            time.Advance(BusinessKeyBody.Patience);
            await Task.Yield();
        }

        Assert.Equal("4711", await finding);
        await client.Writer.WriteAsync("2&more=1"u8.ToArray(), TestContext.Current.CancellationToken);
        await client.Writer.CompleteAsync();
        using var after = new MemoryStream();
        await request.Body.CopyToAsync(after, TestContext.Current.CancellationToken);
        Assert.Equal("status=paid&order=4711&rest=42&more=1", Encoding.UTF8.GetString(after.ToArray()));
    }

    [Theory]
    [InlineData(false, 100)]
    [InlineData(true, 100)]
    [InlineData(false, 3_000_000)]
    [InlineData(true, 3_000_000)]
    public async Task Callback_OfAnySize_ArrivesAtItsSideAsItWasSent(bool chunked, int size)
    {
        await using var shop = await Shop.StartAsync();
        var body = $"order=4711&rest={new string('y', size)}";
        using var client = new HttpClient { BaseAddress = shop.Gateway.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/payment/callback");
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = new(Form);
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        var received = Assert.Single(shop.Legacy.Requests, request => request.Target == "/payment/callback");
        Assert.Equal(body, received.Body);
        Assert.Equal(chunked ? null : $"{body.Length}", received.Header("Content-Length"));
    }

    private static string Part(string name, string value) => $"--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n";

    /// <summary>As chunks come: a few bytes at a time.</summary>
    private sealed class Dribble(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1017)], cancellationToken);
    }
}
