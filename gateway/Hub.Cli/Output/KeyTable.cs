using Hub.Control.Protocol;

namespace Hub.Cli.Output;

internal static class KeyTable
{
    public static TextTable Of(IEnumerable<IdentityKeyView> keys, TimeProvider time)
    {
        var table = new TextTable("KEY", "STATE", "DRAWN", "SIGNS SINCE", "PUBLISHED UNTIL");
        foreach (var key in keys)
        {
            table.Add(
                key.Kid, key.State, Words.Time(key.DrawnAt, time), Words.Time(key.SignsSince, time), Words.Time(key.EndsAt, time));
        }

        return table;
    }
}
