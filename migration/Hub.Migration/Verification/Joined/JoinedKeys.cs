using Hub.ChangeFeed;
using Hub.Migration.Mapping;
using Hub.Migration.Mapping.Converting;

namespace Hub.Migration.Verification.Joined;

/// <summary>How keys of a table with joins and the roots' rows belong together.</summary>
internal sealed class JoinedKeys
{
    private readonly VerifiedTarget _target;
    private readonly TableMapping _table;
    private readonly int[] _own;
    private readonly ColumnNames _roots;
    private readonly int[] _guess;

    public JoinedKeys(VerifiedTarget target, TableMapping table)
    {
        (_target, _table) = (target, table);
        _own = [.. Enumerable.Range(0, table.Key.Length).Where(i => table.Columns[table.Key[i]] is { SaysLanguage: false, Join: < 0 })];
        _roots = new ColumnNames([.. table.Joins[0].On.Select(pair => pair.Root)]);
        _guess = [.. _roots.Names.Select(root => Array.Find([.. _own.Append(-1)], i => i < 0 || table.Columns[table.Key[i]].From == root))];
    }

    /// <summary>The part of the key that a root's row says by itself; null: it makes no row.</summary>
    public object?[]? OfRoot(ChangeRow root)
    {
        var part = new object?[_own.Length];
        for (var i = 0; i < part.Length; i++)
        {
            var column = _table.Columns[_table.Key[_own[i]]];
            var made = column.From is not { } from ? column.Fixed : root.TryGet(from, out var value) ? column.Make(value) : null;
            if (made is null or Refusal || ReferenceEquals(made, RowEffect.Unknown))
            {
                return null;
            }

            part[i] = _target.Store.AsRead(made);
        }

        return part;
    }

    /// <summary>The same part of a whole key.</summary>
    public object?[] OfKey(object?[] key) => Array.ConvertAll(_own, i => key[i]);

    /// <summary>A whole key, as far as the root's row says it.</summary>
    public object?[] Whole(ChangeRow? root)
    {
        var key = new object?[_table.Key.Length];
        if (root is not null && OfRoot(root) is { } part)
        {
            for (var i = 0; i < part.Length; i++)
            {
                key[_own[i]] = part[i];
            }
        }

        return key;
    }

    /// <summary>Whose row it most likely is, where the key holds that as legacy writes it; null: nobody can say.</summary>
    public string? GuessOwner(object?[] key) => Array.Exists(_guess, i => i < 0)
        ? null
        : _table.Joined!.OwnerOf(_table.From, new ChangeRow(_roots, Array.ConvertAll(_guess, i => new ChangeValue(ChangeValueKind.Text, KeyText.Print(key[i])))));
}
