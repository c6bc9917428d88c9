using System.Security.Cryptography;

namespace Hub.Town.Legacy.Visits;

/// <summary>Salted password hashes, with few rounds: the town's passwords are all the same and well known.</summary>
internal static class Password
{
    private const int Rounds = 1000;

    public static string Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return $"{Convert.ToHexString(salt)}:{Convert.ToHexString(Derive(password, salt))}";
    }

    public static bool Fits(string password, string hash)
    {
        var parts = hash.Split(':');
        return CryptographicOperations.FixedTimeEquals(
            Convert.FromHexString(parts[1]), Derive(password, Convert.FromHexString(parts[0])));
    }

    private static byte[] Derive(string password, byte[] salt) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, Rounds, HashAlgorithmName.SHA256, 32);
}
