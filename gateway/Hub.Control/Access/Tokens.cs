using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Hub.Control.Audit;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Hub.Control.Store;
using Hub.Storage;

namespace Hub.Control.Access;

/// <summary>Named tokens: 256 random bits each, of which only the SHA-256 is kept.</summary>
internal sealed class Tokens
{
    private static readonly TimeSpan UseNoted = TimeSpan.FromMinutes(1);

    private readonly ControlStore _store;
    private readonly RevisionLog _revisions;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = [];
    private volatile ImmutableDictionary<string, Token> _active;

    public Tokens(ControlStore store, RevisionLog revisions, TimeProvider time)
    {
        (_store, _revisions, _time) = (store, revisions, time);
        using var connection = store.Open();
        _active = connection.Query(
            $"SELECT name, role, hash FROM token WHERE revoked_at IS NULL",
            row => new Token(row.GetString(0), Enum.Parse<Role>(row.GetString(1), ignoreCase: true), row.GetString(2)))
            .ToImmutableDictionary(token => token.Hash);
    }

    public static string Draw() => "hub_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>The token of that secret, or null. Looked up by hash: how long it takes tells nothing of the secret.</summary>
    public async ValueTask<Token?> FindAsync(string hash)
    {
        if (!_active.TryGetValue(hash, out var token))
        {
            return null;
        }

        var now = _time.GetUtcNow();
        if (!_used.TryGetValue(token.Name, out var noted) || now - noted > UseNoted)
        {
            _used[token.Name] = now;
            await _store.WriteAsync(connection => connection.Execute(
                $"UPDATE token SET last_used_at = {now} WHERE name = {token.Name}"));
        }

        return token;
    }

    public ImmutableArray<TokenView> View()
    {
        using var connection = _store.Open();
        return [.. connection.Query(
            $"SELECT name, role, created_at, last_used_at, revoked_at FROM token ORDER BY name",
            row => new TokenView(
                row.GetString(0), row.GetString(1), row.GetDateTimeOffset(2), row.IsDBNull(3) ? null : row.GetDateTimeOffset(3),
                row.IsDBNull(4) ? null : row.GetDateTimeOffset(4)))];
    }

    /// <summary>Keeps a token under a name that is new or was revoked.</summary>
    /// <param name="replace">An active one of that name ends (the first tokens, whose file was lost).</param>
    public async Task<Refusal?> AddAsync(string name, Role role, string secret, Caller by, bool replace = false)
    {
        var word = role.ToString().ToLowerInvariant();
        return await _store.WriteAsync(
            connection =>
            {
                var active = connection.Query($"SELECT 1 FROM token WHERE name = {name} AND revoked_at IS NULL", _ => true);
                if (active.Count > 0 && !replace)
                {
                    return Refusal.Conflict(
                        $"There is a token '{name}'", $"Choose another name, or revoke it first: hub token revoke {name}");
                }

                var now = _time.GetUtcNow();
                connection.Execute(
                    $"""
                    INSERT INTO token (name, role, hash, created_at) VALUES ({name}, {word}, {Hash(secret)}, {now})
                    ON CONFLICT (name) DO UPDATE SET role = {word}, hash = {Hash(secret)}, created_at = {now}, last_used_at = NULL, revoked_at = NULL
                    """);
                AuditTrail.Add(connection, now, by, "token create", name, null, null, word, _revisions.Current.Revision.Id);
                return null;
            },
            refusal =>
            {
                if (refusal is null)
                {
                    _active = _active.RemoveRange(_active.Values.Where(token => token.Name == name).Select(token => token.Hash))
                        .SetItem(Hash(secret), new Token(name, role, Hash(secret)));
                }
            });
    }

    public async Task<Refusal?> RevokeAsync(string name, Caller by) => await _store.WriteAsync(
        connection =>
        {
            var now = _time.GetUtcNow();
            if (connection.Execute($"UPDATE token SET revoked_at = {now} WHERE name = {name} AND revoked_at IS NULL") == 0)
            {
                return Refusal.NotFound($"There is no active token '{name}'", "hub token list shows them.");
            }

            AuditTrail.Add(connection, now, by, "token revoke", name, null, "active", "revoked", _revisions.Current.Revision.Id);
            return null;
        },
        refusal =>
        {
            if (refusal is null)
            {
                _active = _active.RemoveRange(_active.Values.Where(token => token.Name == name).Select(token => token.Hash));
            }
        });

    internal sealed record Token(string Name, Role Role, string Hash);
}
