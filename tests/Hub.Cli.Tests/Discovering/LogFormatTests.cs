using Hub.Cli.Discovering;

namespace Hub.Cli.Tests.Discovering;

public sealed class LogFormatTests
{
    public static TheoryData<string, string, string> Lines { get; } = new()
    {
        {
            "nginx or Apache",
            """10.0.0.1 - - [23/Nov/2026:10:00:00 +0100] "GET /desk-lamp?utm_source=a HTTP/1.1" 200 512 "https://shop.example/lamps?page=2" "Mozilla/5.0 (X11)" rt=0.1""",
            "GET /desk-lamp utm_source=a 200 browser /lamps False"
        },
        { "nginx or Apache", """::1 - frank [23/Nov/2026:10:00:00 +0100] "POST /cart/add HTTP/2.0" 303 -""", "POST /cart/add  303 unknown - False" },
        {
            "nginx or Apache",
            """1.2.3.4 - - [23/Nov/2026:10:00:00 +0100] "GET /gr%C3%BC%C3%9Fe HTTP/1.1" 200 1 "-" "Say \"hi\" Googlebot/2.1" """,
            "GET /grüße  200 crawler - False"
        },
        {
            "W3C (IIS, CloudFront)",
            """
            #Software: Microsoft Internet Information Services 10.0
            #Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus
            2026-11-23 10:00:00 10.0.0.1 GET /index.php route=product/product 443 - 1.2.3.4 Mozilla/5.0+(Windows) https://shop.example/start 200 0
            """,
            "GET /index.php route=product/product 200 browser /start False"
        },
        {
            "W3C (IIS, CloudFront)",
            "#Version: 1.0\n#Fields: date time cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query x-host-header\n"
            + "2026-11-23\t10:00:00\tPOST\td1.cloudfront.net\t/login\t302\thttps://shop.example/login\tMozilla/5.0%20(X11)\t-\tshop.example",
            "POST /login  302 browser /login False"
        },
        {
            "JSON lines (CDN)",
            """{"ClientRequestMethod":"GET","ClientRequestURI":"/lamps?q=1","ClientRequestHost":"shop.example","ClientRequestReferer":"https://other.example/x","ClientRequestUserAgent":"okhttp/4.9","EdgeResponseStatus":200}""",
            "GET /lamps q=1 200 app - False"
        },
        {
            "JSON lines (CDN)",
            """{"cs-method":"PUT","cs-uri-stem":"/api/orders/7","cs-uri-query":"-","sc-status":"204","cs(User-Agent)":"PartnerSync/1.0"}""",
            "PUT /api/orders/7  204 partner - False"
        },
        {
            "JSON lines (CDN)",
            """{"request":{"method":"GET","host":"shop.example","uri":"/cart","headers":{"User-Agent":["Mozilla/5.0"],"Referer":["https://shop.example/"]}},"status":200,"resp_headers":{"Set-Cookie":["a=b"]}}""",
            "GET /cart  200 browser / True"
        },
        { "JSON lines (CDN)", """{"method":"get","url":"https://shop.example/p/17?x=1","status":404}""", "GET /p/17 x=1 404 unknown - False" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void Line_OfEachFormat_IsDetectedAndRead(string name, string lines, string expected)
    {
        var all = lines.ReplaceLineEndings("\n").Split('\n');
        var format = LogFormat.Detect(all[0])!;
        Assert.Equal(name, format.Name);

        Hub.Gateway.Discovering.Sighting? seen = null;
        Assert.All(all, line => Assert.True(format.TryRead(line, out seen)));

        var it = seen!.Value;
        Assert.Equal(expected, $"{it.Method} {it.Path} {it.Query} {it.Status} {it.Caller} {it.Referer ?? "-"} {it.SetsCookie}");
    }

    [Theory]
    [InlineData("1.2.3.4 - - [23/Nov/2026:10:00:00 +0100] \"\\x16\\x03\\x01\" 400 0 \"-\" \"-\"")]
    [InlineData("1.2.3.4 - - [23/Nov/2026:10:00:00 +0100] \"GET / HTTP/1.1")]
    [InlineData("1.2.3.4 - - [23/Nov/2026:10:00:00 +0100] \"OPTIONS * HTTP/1.1\" 200 0")]
    [InlineData("Nov 23 10:00:00 host kernel: something")]
    [InlineData("")]
    public void Line_ThatIsNoRequest_IsNotRead(string line) => Assert.False(new CombinedLog().TryRead(line, out _));

    [Theory]
    [InlineData("{\"method\":\"GET\"}")]
    [InlineData("{\"method\":\"GET\",\"path\":\"/\",\"status\":\"ok\"}")]
    [InlineData("{\"method\":")]
    [InlineData("[]")]
    public void JsonLine_ThatIsNoRequest_IsNotRead(string line) => Assert.False(new JsonLog().TryRead(line, out _));
}
