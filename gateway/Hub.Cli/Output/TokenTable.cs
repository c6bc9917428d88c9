using Hub.Control.Protocol;

namespace Hub.Cli.Output;

internal static class TokenTable
{
    public static TextTable Of(IEnumerable<TokenView> tokens, TimeProvider time)
    {
        var table = new TextTable("NAME", "ROLE", "CREATED", "LAST USED", "REVOKED");
        foreach (var token in tokens)
        {
            table.Add(
                token.Name, token.Role, Words.Time(token.CreatedAt, time), Words.Time(token.LastUsedAt, time),
                Words.Time(token.RevokedAt, time));
        }

        return table;
    }
}
