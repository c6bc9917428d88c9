using System.Security.Cryptography;
using Hub.Connectors;
using Hub.Processes;
using Microsoft.AspNetCore.DataProtection;

namespace Hub.Adapters.Connectors;

/// <summary>
/// What connectors remember, in the adapters' store, encrypted. The keys are ASP.NET Core's (Data Protection), in a folder that only the plane's user may
/// read; planes that share a store share that folder too.
/// </summary>
internal sealed class ConnectorStores
{
    private readonly IProcessStore _store;
    private readonly string _keys;
    private readonly IDataProtectionProvider _protection;

    public ConnectorStores(IProcessStore store, AdaptersOptions options)
    {
        _store = store;
        _keys = options.Keys ?? Path.Combine(options.Plane.Folder, "keys");
        MakeFolder(_keys);
        _protection = DataProtectionProvider.Create(new DirectoryInfo(_keys), builder => builder.SetApplicationName("hub"));
    }

    /// <summary>The store of one connector; no other's values are seen in it or can be decrypted by it.</summary>
    public IConnectorStore Of(string connector) =>
        new ProtectedStore(this, connector, _protection.CreateProtector("connector", connector.ToLowerInvariant()));

    private static void MakeFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private sealed class ProtectedStore(ConnectorStores stores, string connector, IDataProtector protector) : IConnectorStore
    {
        public async Task<string?> GetAsync(string name, CancellationToken cancellationToken)
        {
            try
            {
                return await stores._store.GetSettingAsync(NameOf(name), cancellationToken) is { Length: > 0 } kept ? protector.Unprotect(kept) : null;
            }
            catch (CryptographicException e)
            {
                throw new InvalidOperationException(
                    $"What {connector} kept as {name} can't be decrypted with the keys in {stores._keys}. Put the keys there that the plane had when it kept it.", e);
            }
        }

        public Task KeepAsync(string name, string? value, CancellationToken cancellationToken) =>
            stores._store.KeepSettingAsync(NameOf(name), value is null ? null : protector.Protect(value), cancellationToken);

        private string NameOf(string name) => $"connector.{connector.ToLowerInvariant()}.{name}";
    }
}
