using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Cli.Running;

/// <summary>
/// The certificates that the config file's section <c>Kestrel</c> names by file, read again when the files change: new
/// connections get the new one, those that are open stay. A file that can't be read leaves the last good one in use.
/// </summary>
/// <remarks>
/// Kestrel chooses by endpoint and SNI as the section says, among what it read at its start; here what it chose is
/// replaced by what stands in the same file now. Kestrel's own reload would close the listener and all that is open on it.
/// </remarks>
internal sealed partial class LiveCertificates : BackgroundService
{
    /// <summary>How often the files are read; they are small, and a time stamp says nothing of a replaced link.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly ImmutableArray<CertificateFile> _files;
    private readonly TimeProvider _time;
    private readonly ILogger<LiveCertificates> _logger;

    public LiveCertificates(IConfigurationSection kestrel, string folder, TimeProvider time, ILogger<LiveCertificates> logger)
    {
        (_time, _logger) = (time, logger);
        _files = [.. Sections(kestrel)
            .Where(section => section["Path"] is { Length: > 0 })
            .Select(section => new CertificateFile(
                Path.GetFullPath(section["Path"]!, folder),
                section["KeyPath"] is { Length: > 0 } key ? Path.GetFullPath(key, folder) : null,
                section["Password"]))
            .DistinctBy(file => (file.Path, file.KeyPath))];
        foreach (var file in _files)
        {
            // What can't be read now keeps Kestrel from starting, which says why.
            file.Read();
        }
    }

    /// <summary>What is wrong with the files now, for <c>hub status</c>.</summary>
    public ImmutableArray<string> Problems => [.. _files.Select(file => file.Problem).OfType<string>()];

    /// <summary>Kestrel's call before each handshake, with the certificate that it would show.</summary>
    public void Show(ConnectionContext connection, SslServerAuthenticationOptions options)
    {
        var chosen = options.ServerCertificateContext?.TargetCertificate.Thumbprint
            ?? (options.ServerCertificate as X509Certificate2)?.Thumbprint;
        foreach (var file in _files)
        {
            if (file.AtStart == chosen && file.Current is { } current)
            {
                options.ServerCertificateContext = current;
                return;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var file in _files)
            {
                var before = file.Problem;
                if (file.Read())
                {
                    LogTaken(_logger, file.Path, file.Current!.TargetCertificate.NotAfter.ToUniversalTime());
                }
                else if (file.Problem is { } problem && problem != before)
                {
                    LogRefused(_logger, problem);
                }
            }
        }
    }

    private static IEnumerable<IConfigurationSection> Sections(IConfigurationSection kestrel) =>
        kestrel.GetSection("Certificates").GetChildren()
            .Concat(kestrel.GetSection("Endpoints").GetChildren().SelectMany(endpoint =>
                endpoint.GetSection("Sni").GetChildren().Append(endpoint).Select(named => named.GetSection("Certificate"))));

    [LoggerMessage(80, LogLevel.Information, "The certificate in {Path} is in use from now on; it ends at {End:u}.")]
    private static partial void LogTaken(ILogger logger, string path, DateTime end);

    [LoggerMessage(81, LogLevel.Error, "{Problem}")]
    private static partial void LogRefused(ILogger logger, string problem);

    private sealed class CertificateFile(string path, string? keyPath, string? password)
    {
        private byte[] _read = [];
        private int _failures;
        private volatile SslStreamCertificateContext? _current;
        private volatile string? _problem;

        public string Path => path;

        public string? KeyPath => keyPath;

        /// <summary>The thumbprint of the certificate that Kestrel read here at its start.</summary>
        public string? AtStart { get; private set; }

        public SslStreamCertificateContext? Current => _current;

        public string? Problem => _problem;

        /// <returns>True where another certificate is in use than before.</returns>
        public bool Read()
        {
            try
            {
                // 1. What stands there is in use already. 2. Certificate, chain and key together, or nothing of it.
                var bytes = File.ReadAllBytes(path);
                var whole = keyPath is null ? bytes : [.. bytes, .. File.ReadAllBytes(keyPath)];
                if (whole.AsSpan().SequenceEqual(_read))
                {
                    (_failures, _problem) = (0, null);
                    return false;
                }

                var packed = X509Certificate2.GetCertContentType(bytes) == X509ContentType.Pkcs12;
                var all = packed ? X509CertificateLoader.LoadPkcs12Collection(bytes, password) : Chain(bytes);
                var own = packed ? all.First(certificate => certificate.HasPrivateKey) : WithKey();
                var first = AtStart is null;
                AtStart ??= own.Thumbprint;
                _current = SslStreamCertificateContext.Create(own, all, offline: true);
                _read = whole;
                (_failures, _problem) = (0, null);
                return !first;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or InvalidOperationException or ArgumentException)
            {
                // Certificate and key are two files: between the one and the other nothing is wrong yet.
                _problem = ++_failures < 2 ? _problem : $"the certificate in {path} can't be used ({e.Message.TrimEnd('.')}), and the last good one goes on being shown."
                    + " To do: put certificate and key there again, which belong together";
                return false;
            }
        }

        private static X509Certificate2Collection Chain(byte[] pem)
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPem(System.Text.Encoding.UTF8.GetString(pem));
            return all;
        }

        // Windows' TLS takes no key that lives in memory only.
        private X509Certificate2 WithKey()
        {
            var certificate = password is null
                ? X509Certificate2.CreateFromPemFile(path, keyPath)
                : X509Certificate2.CreateFromEncryptedPemFile(path, password, keyPath);
            return OperatingSystem.IsWindows()
                ? X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null)
                : certificate;
        }
    }
}
