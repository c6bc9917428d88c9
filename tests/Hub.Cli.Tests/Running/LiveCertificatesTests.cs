using System.Collections.Immutable;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hub.Cli.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Cli.Tests.Running;

public sealed class LiveCertificatesTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-certificates-").FullName;
    private WebApplication? _app;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Certificate_Replaced_IsShownToNewConnectionsAndOpenOnesStay()
    {
        Write("shop", "old.example");
        await StartAsync("\"Certificate\": { \"Path\": \"shop.pem\", \"KeyPath\": \"shop.key\" }");
        await using var open = await ConnectAsync("any.example");
        Assert.Equal("CN=old.example", open.RemoteCertificate!.Subject);

        Write("shop", "new.example");

        await ShownAsync("any.example", "CN=new.example");
        await open.WriteAsync("GET / HTTP/1.1\r\nHost: any.example\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancel);
        using var reader = new StreamReader(open);
        Assert.StartsWith("HTTP/1.1 200", await reader.ReadToEndAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_ReplacedByABrokenFile_KeepsTheOldOneAndSaysSo()
    {
        Write("shop", "old.example");
        await StartAsync("\"Certificate\": { \"Path\": \"shop.pem\", \"KeyPath\": \"shop.key\" }");
        var live = _app!.Services.GetRequiredService<LiveCertificates>();
        Assert.Empty(live.Problems);

        await File.WriteAllTextAsync(Path.Combine(_folder, "shop.pem"), "no certificate", Cancel);

        await UntilAsync(() => Task.FromResult(!live.Problems.IsEmpty));
        Assert.Contains("shop.pem can't be used", Assert.Single(live.Problems), StringComparison.Ordinal);
        await ShownAsync("any.example", "CN=old.example");

        Write("shop", "new.example");
        await ShownAsync("any.example", "CN=new.example");
        Assert.Empty(live.Problems);
    }

    [Fact]
    public async Task Names_OfSni_HaveCertificatesOfTheirOwnThatAreReplacedAlone()
    {
        Write("shop", "shop.example");
        Write("other", "other.example");
        await StartAsync("""
            "Sni": {
              "shop.example": { "Certificate": { "Path": "shop.pem", "KeyPath": "shop.key" } },
              "*.other.example": { "Certificate": { "Path": "other.pem", "KeyPath": "other.key" } } }
            """);
        await ShownAsync("shop.example", "CN=shop.example");
        await ShownAsync("www.other.example", "CN=other.example");

        Write("other", "renewed.example");

        await ShownAsync("www.other.example", "CN=renewed.example");
        await ShownAsync("shop.example", "CN=shop.example");
    }

    [Fact]
    public async Task Chain_OfThePemFile_IsShownWithIt()
    {
        using var root = Self("Root", authority: true);
        using var middleKey = RSA.Create(2048);
        using var middle = Signed("Between", middleKey, root, authority: true).CopyWithPrivateKey(middleKey);
        using var key = RSA.Create(2048);
        using var leaf = Signed("leaf.example", key, middle, authority: false);
        Write("shop", "old.example");
        await StartAsync("\"Certificate\": { \"Path\": \"shop.pem\", \"KeyPath\": \"shop.key\" }");

        await File.WriteAllTextAsync(Path.Combine(_folder, "shop.key"), key.ExportPkcs8PrivateKeyPem(), Cancel);
        await File.WriteAllTextAsync(Path.Combine(_folder, "shop.pem"), leaf.ExportCertificatePem() + "\n" + middle.ExportCertificatePem(), Cancel);

        await ShownAsync("any.example", "CN=leaf.example");
        var sent = ImmutableArray<string>.Empty;
        await using var _ = await ConnectAsync("any.example", chain => sent = [.. chain.ChainPolicy.ExtraStore.Select(one => one.Subject)]);
        Assert.Contains("CN=Between", sent);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync(Cancel);
            await _app.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static X509Certificate2 Self(string name, bool authority = false)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static X509Certificate2 Signed(string name, RSA key, X509Certificate2 by, bool authority)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        return request.Create(by, by.NotBefore, by.NotAfter, [1, 2, 3]);
    }

    private void Write(string file, string name)
    {
        using var certificate = Self(name);
        File.WriteAllText(Path.Combine(_folder, $"{file}.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, $"{file}.key"), certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    private async Task StartAsync(string certificate)
    {
        var file = Path.Combine(_folder, "hub.json");
        await File.WriteAllTextAsync(
            file, $$"""{ "Kestrel": { "Endpoints": { "Shop": { "Url": "https://127.0.0.1:0", {{certificate}} } } } }""", Cancel);
        var builder = RoleHost.CreateBuilder(HubRole.Gateway, new RunOptions { Roles = [HubRole.Gateway], Folder = _folder, File = file });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Configure(KestrelFile.Endpoints(file)!));
        _app = builder.Build();
        _app.Run(context => context.Response.WriteAsync("served"));
        await _app.StartAsync(Cancel);
    }

    private Task ShownAsync(string name, string subject) => UntilAsync(async () =>
    {
        await using var tls = await ConnectAsync(name);
        return tls.RemoteCertificate!.Subject == subject;
    });

    // The deadline is for a test that fails, not for one that passes.
    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await condition())
        {
            await Task.Delay(50, deadline.Token);
        }
    }

    private async Task<SslStream> ConnectAsync(string name, Action<X509Chain>? see = null)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", new Uri(_app!.Urls.Single()).Port, Cancel);
        var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = name,
                RemoteCertificateValidationCallback = (_, _, chain, _) =>
                {
                    // Which one is shown is what the tests are about.
                    see?.Invoke(chain!);
                    return chain is not null;
                },
            },
            Cancel);
        return tls;
    }
}
