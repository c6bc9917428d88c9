using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Hub.Control.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Hub.Gateway.Documents;

/// <summary>
/// Serves the application's own configuration until control sends a document: at start, and when it changes. A wrong one
/// stops the start; a wrong change leaves the last good one serving.
/// </summary>
internal sealed partial class AdoptedDocument(
    IConfiguration configuration,
    GatewayOptions options,
    GatewayState state,
    RevisionTaker taker,
    TimeProvider time,
    ILogger<AdoptedDocument> logger) : IHostedService, IDisposable
{
    /// <summary>No store draws this one: the file's revisions are never taken for control's.</summary>
    private const string Epoch = "00000000";

    private IDisposable? _changes;
    private long _number;
    private IdentityKey? _identity;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var problems = await TakeAsync(cancellationToken);
        if (problems.Length > 0)
        {
            throw new InvalidOperationException(
                $"The sections ReverseProxy and Hub can't be served:{Environment.NewLine}{string.Join(Environment.NewLine, problems)}");
        }

        _changes = ChangeToken.OnChange(configuration.GetReloadToken, OnChange);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _changes?.Dispose();

    // The file system's callback can't be awaited; the taker logs what is wrong with a document.
    private async void OnChange()
    {
        try
        {
            await TakeAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            LogNotTaken(logger, e);
        }
    }

    private async ValueTask<ImmutableArray<string>> TakeAsync(CancellationToken cancellationToken)
    {
        if (state.Model is { } model && model.Revision.Id.Epoch != Epoch)
        {
            return [];
        }

        var text = ConfigurationText.Of(configuration);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return await taker.TakeAsync(
            new Revision(
                new RevisionId(Epoch, Interlocked.Increment(ref _number)), time.GetUtcNow(), hash, text,
                ImmutableSortedDictionary<string, GroupState>.Empty, ImmutableSortedDictionary<string, DatasetState>.Empty,
                null, [], Keys()),
            cancellationToken);
    }

    // Kept, so that customers keep their cookies over a restart.
    private PlaneKeys Keys()
    {
        var file = Path.Combine(options.Folder, "keys");
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(options.Folder);
            var mode = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var stream = new FileStream(file + ".tmp", mode);
            stream.Write(RandomNumberGenerator.GetBytes(64));
            stream.Close();
            File.Move(file + ".tmp", file);
        }

        var bytes = File.ReadAllBytes(file);
        return new PlaneKeys(bytes[..32], bytes[32..], [_identity ??= DrawIdentity()]);
    }

    // Drawn at each start: New's services fetch the key set again when they meet a key that they don't know.
    private static IdentityKey DrawIdentity()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var spki = key.ExportSubjectPublicKeyInfo();
        return new IdentityKey(Convert.ToHexStringLower(SHA256.HashData(spki))[..16], spki, key.ExportPkcs8PrivateKey(), null);
    }

    [LoggerMessage(60, LogLevel.Error, "The changed configuration was not taken; the last good one goes on serving.")]
    private static partial void LogNotTaken(ILogger logger, Exception exception);
}
