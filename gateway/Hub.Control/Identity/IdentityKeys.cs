using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Hub.Control.Protocol;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Control.Identity;

/// <summary>An identity key as control's store holds it.</summary>
internal sealed record StoredKey(
    string Kid, byte[] Public, byte[] Private, DateTimeOffset DrawnAt, DateTimeOffset? SignsSince = null, DateTimeOffset? EndsAt = null)
{
    public bool Signs => SignsSince is not null && EndsAt is null;

    public bool IsNext => SignsSince is null && EndsAt is null;

    public override string ToString() => $"StoredKey {{ {Kid} }}";
}

/// <summary>
/// The keys of the identity towards New: one signs, the next is published long before it does, and those that signed stay
/// published until the last of their tokens has ended. Three or four of them, never more than a rotation in ten minutes adds.
/// </summary>
internal static class IdentityKeys
{
    /// <summary>How long a key stays published after it signed last: longer than any token lives.</summary>
    public static readonly TimeSpan Published = TimeSpan.FromHours(1);

    /// <summary>How long the next key is published before it may sign: longer than anybody keeps the key set.</summary>
    public static readonly TimeSpan Known = TimeSpan.FromMinutes(10);

    private const string Setting = "identity_keys";

    public static ImmutableArray<StoredKey> Read(SqliteConnection connection) => connection.Query(
        $"SELECT value FROM setting WHERE name = {Setting}",
        row => JsonSerializer.Deserialize<ImmutableArray<StoredKey>>(row.GetString(0), JsonSerializerOptions.Web)) is [var keys] ? keys : [];

    /// <summary>A new store, or one of a version that drew none, draws its first two.</summary>
    public static void Ensure(SqliteConnection connection, DateTimeOffset now)
    {
        if (Read(connection).IsEmpty)
        {
            Write(connection, [Draw(now) with { SignsSince = now }, Draw(now)]);
        }
    }

    /// <summary>What gateways get: the private part of the one that signs, and of no other.</summary>
    public static IdentityKey[] ToPlanes(ImmutableArray<StoredKey> keys) =>
        [.. keys.Select(key => new IdentityKey(key.Kid, key.Public, key.Signs ? key.Private : null, key.EndsAt))];

    public static ImmutableArray<IdentityKeyView> View(ImmutableArray<StoredKey> keys) => [.. keys.Select(key => new IdentityKeyView(
        key.Kid, key.Signs ? "signs" : key.IsNext ? "next" : "ended", key.DrawnAt, key.SignsSince, key.EndsAt))];

    /// <summary>Lets the next key sign and draws another; where one is out, draws all anew.</summary>
    public static Refusal? Rotate(SqliteConnection connection, DateTimeOffset now, bool compromised)
    {
        if (compromised)
        {
            Write(connection, [Draw(now) with { SignsSince = now }, Draw(now)]);
            return null;
        }

        var keys = Read(connection);
        var next = keys.Single(key => key.IsNext);
        if (now - next.DrawnAt < Known)
        {
            return Refusal.Conflict(
                "The next key is too young to sign",
                $"It was published at {next.DrawnAt:u}, and New's services may keep the key set for some minutes without it. Wait until {next.DrawnAt + Known:u}; "
                + "or, where a key is in other hands, draw all anew at once: hub key rotate --compromised");
        }

        Write(connection,
        [
            .. keys.Where(key => key.EndsAt > now),
            .. keys.Where(key => key.Signs).Select(key => key with { EndsAt = now + Published }),
            next with { SignsSince = now },
            Draw(now),
        ]);
        return null;
    }

    private static StoredKey Draw(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var spki = key.ExportSubjectPublicKeyInfo();
        return new StoredKey(Convert.ToHexStringLower(SHA256.HashData(spki))[..16], spki, key.ExportPkcs8PrivateKey(), now);
    }

    private static void Write(SqliteConnection connection, ImmutableArray<StoredKey> keys)
    {
        var text = JsonSerializer.Serialize(keys, JsonSerializerOptions.Web);
        connection.Execute(
            $"INSERT INTO setting (name, value) VALUES ({Setting}, {text}) ON CONFLICT (name) DO UPDATE SET value = {text}");
    }
}
