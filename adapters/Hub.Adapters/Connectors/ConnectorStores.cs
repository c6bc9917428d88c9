using System.Security.Cryptography;
using Hub.Connectors;
using Hub.Processes;
using Microsoft.AspNetCore.DataProtection;

namespace Hub.Adapters.Connectors;

/// <summary>What connectors remember, in the adapters' store, encrypted.</summary>
internal sealed class ConnectorStores(IProcessStore store, KeyFolder keys)
{
    /// <summary>The store of one connector; no other's values are seen in it or can be decrypted by it.</summary>
    public IConnectorStore Of(string connector) =>
        new ProtectedStore(store, keys.Place, connector, keys.CreateProtector("connector", connector.ToLowerInvariant()));

    private sealed class ProtectedStore(IProcessStore store, string place, string connector, IDataProtector protector) : IConnectorStore
    {
        public async Task<string?> GetAsync(string name, CancellationToken cancellationToken)
        {
            try
            {
                return await store.GetSettingAsync(NameOf(name), cancellationToken) is { Length: > 0 } kept ? protector.Unprotect(kept) : null;
            }
            catch (CryptographicException e)
            {
                throw new InvalidOperationException(
                    $"What {connector} kept as {name} can't be decrypted with the keys in {place}. Put the keys there that the plane had when it kept it.", e);
            }
        }

        public Task KeepAsync(string name, string? value, CancellationToken cancellationToken) =>
            store.KeepSettingAsync(NameOf(name), value is null ? null : protector.Protect(value), cancellationToken);

        private string NameOf(string name) => $"connector.{connector.ToLowerInvariant()}.{name}";
    }
}
