using Microsoft.Extensions.Hosting;

namespace Hub.Control.Access;

/// <summary>
/// Makes the first tokens at the first start: <c>admin.token</c> for people, <c>plane.token</c> for planes, in control's
/// folder, readable by its owner only and never logged.
/// </summary>
/// <remarks>
/// The files are the truth: a new or restored store takes what they hold, so that planes stay connected; a file that was
/// lost is drawn anew. One that was revoked stays so.
/// </remarks>
internal sealed class FirstTokens(ControlOptions options, Tokens tokens) : IHostedService
{
    private static readonly Caller Start = new("hub", Role.Admin, "start");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await EnsureAsync("admin", Role.Admin, cancellationToken);
        await EnsureAsync("plane", Role.Plane, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task EnsureAsync(string name, Role role, CancellationToken cancellationToken)
    {
        if (tokens.View().Any(token => token.Name == name && token.RevokedAt is not null))
        {
            return;
        }

        var file = Path.Combine(options.Folder, $"{name}.token");
        var secret = File.Exists(file) ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim() : "";
        if (secret.Length == 0)
        {
            secret = Tokens.Draw();
            var mode = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using var writer = new StreamWriter(file, mode);
            await writer.WriteLineAsync(secret);
        }

        if (await tokens.FindAsync(Tokens.Hash(secret)) is null
            && await tokens.AddAsync(name, role, secret, Start, replace: true) is { } refusal)
        {
            throw new InvalidOperationException($"{refusal.Title}. {refusal.Detail}");
        }
    }
}
