using System.Security.Cryptography;
using System.Text;
using Hub.Gateway.Boundary;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hub.Gateway.Rollbacks;

/// <summary>
/// The plane's own way to roll back while control is away (SAFETY.md 12): a socket in the plane's folder and a token beside
/// it, which whoever may read that folder may use.
/// </summary>
internal sealed partial class RollbackSocket : IConfigureOptions<KestrelServerOptions>
{
    /// <summary>What the operating system allows for a socket's path, with the byte that ends it.</summary>
    private const int LongestPath = 104;

    private readonly string _path;
    private readonly string _tokenFile;
    private readonly byte[] _authorization;
    private readonly string _token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
    private readonly ILogger<RollbackSocket> _logger;

    public RollbackSocket(GatewayOptions options, ILogger<RollbackSocket> logger)
    {
        _path = Path.GetFullPath(Path.Combine(options.Folder, "rollback.sock"));
        _tokenFile = Path.Combine(options.Folder, "rollback.token");
        _authorization = Encoding.UTF8.GetBytes($"Bearer {_token}");
        _logger = logger;
    }

    public bool Allows(string? authorization) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(authorization ?? ""), _authorization);

    public void Configure(KestrelServerOptions options)
    {
        if (Encoding.UTF8.GetByteCount(_path) >= LongestPath)
        {
            LogTooLong(_logger, _path, LongestPath - 1);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        // Left behind by a plane that was killed; a living one holds a folder of its own.
        File.Delete(_path);
        File.Delete(_tokenFile);
        var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(_tokenFile, mode))
        {
            writer.Write(_token);
        }

        options.ListenUnixSocket(_path, PrivateListener.Rollback.Mark);
    }

    [LoggerMessage(50, LogLevel.Error,
        "This plane has no rollback socket, since its path {Path} is longer than {Most} bytes: rollbacks work through control only. Give the hub a data folder with a shorter path.")]
    private static partial void LogTooLong(ILogger logger, string path, int most);
}
