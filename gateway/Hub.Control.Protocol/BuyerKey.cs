using System.Security.Cryptography;
using System.Text;

namespace Hub.Control.Protocol;

/// <summary>What stands for a buyer where the address itself must not: in the audit trail, and as the key of a customer without an order. Who knows the address can compare it.</summary>
public static class BuyerKey
{
    /// <summary>The first half of SHA-256 over the address in small letters: <c>sha256:…</c>.</summary>
    public static string Of(string email) =>
        $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToLowerInvariant()))[..16])}";
}
