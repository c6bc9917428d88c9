using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hub.Running;
using Hub.Town;

namespace Hub.Acceptance;

public sealed class When_everything_speaks_tls : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-tls-").FullName;
    private readonly X509Certificate2 _certificate = SelfSigned();

    [Fact]
    public async Task Should_serve_customers_control_and_planes_by_the_certificate_of_the_config()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have no SSL_CERT_FILE, by which these processes trust the certificate.");
        await using var legacy = new Listener();
        var (port, control, api) = (FreePorts.Draw(), FreePorts.Draw(), FreePorts.Draw());
        await WriteAsync("hub.pem", _certificate.ExportCertificatePem());
        await WriteAsync("hub.key", _certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await WriteAsync("hub.json", $$"""
            { "Kestrel": {
                "Endpoints": { "Shop": { "Url": "https://127.0.0.1:{{port}}" } },
                "Certificates": { "Default": { "Path": "hub.pem", "KeyPath": "hub.key" } } },
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "legacy", "Match": { "Path": "/{**rest}" } } },
                "Clusters": { "legacy": { "Destinations": { "one": { "Address": "{{legacy.Address}}" } } } } },
              "Hub": { } }
            """);
        var trust = new Dictionary<string, string> { ["SSL_CERT_FILE"] = Path.Combine(_folder, "hub.pem") };

        using var hub = ChildProcess.Hub(
            trust, "run", "--roles", "control,gateway", "-c", Path.Combine(_folder, "hub.json"), "--data", _folder,
            "--control", $"https://localhost:{control}", "--api", $"https://localhost:{api}");
        await hub.SaysAsync($"gateway https://127.0.0.1:{port}");
        Assert.Contains($"control https://localhost:{control}", hub.Output, StringComparison.Ordinal);

        using var shop = Trusting(port);
        var home = await shop.GetStringAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal("GET /", home);

        // The CLI asks control, and control the plane.
        using var explain = ChildProcess.Hub(trust, "explain", "--path", "/", "--data", _folder);
        Assert.Equal(0, await explain.ExitsAsync());
        Assert.Contains("ungrouped", explain.Output, StringComparison.Ordinal);

        using var stranger = ChildProcess.Hub("explain", "--path", "/", "--data", _folder);
        Assert.Equal(1, await stranger.ExitsAsync());
        Assert.Equal(0, await hub.StopAsync());
    }

    public void Dispose()
    {
        _certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private HttpClient Trusting(int port) => new(new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == _certificate.Thumbprint },
    })
    {
        BaseAddress = new Uri($"https://127.0.0.1:{port}"),
    };

    private Task WriteAsync(string name, string text) =>
        File.WriteAllTextAsync(Path.Combine(_folder, name), text, TestContext.Current.CancellationToken);
}
