using System.Security.Cryptography;
using Hub.Processes.Sealing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;

namespace Hub.Adapters;

/// <summary>
/// The keys that encrypt what the adapters plane keeps: ASP.NET Core's (Data Protection), in a folder that only the plane's user may read; planes that share a
/// store share that folder too. They renew themselves; old ones stay, to read what they sealed.
/// </summary>
internal sealed class KeyFolder : IDataProtectionProvider
{
    private readonly IDataProtectionProvider _keys;

    public KeyFolder(string place)
    {
        Place = place;
        Directory.CreateDirectory(Place);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        _keys = DataProtectionProvider.Create(new DirectoryInfo(Place), builder => builder.SetApplicationName("hub").UseCryptographicAlgorithms(
            new AuthenticatedEncryptorConfiguration { EncryptionAlgorithm = AesGcm.IsSupported ? EncryptionAlgorithm.AES_256_GCM : EncryptionAlgorithm.AES_256_CBC }));
    }

    /// <summary>The folder.</summary>
    public string Place { get; }

    /// <summary>Seals the texts of the store.</summary>
    public TextSeal Texts => new(this, Place);

    public IDataProtector CreateProtector(string purpose) => _keys.CreateProtector(purpose);
}
