using Hub.Migration.Applying;
using Hub.Migration.Mapping;

namespace Hub.Migration.Verification;

/// <summary>Compares what the source makes of a range with what stands there. Pure.</summary>
internal static class RowComparison
{
    /// <summary>The keys in which they differ, each once.</summary>
    /// <param name="table">Whose columns the values are.</param>
    /// <param name="expected">By key; a null row: none may stand there.</param>
    /// <param name="actual">Rows of the target, in any order.</param>
    public static void Compare(TableMapping table, List<Expected> expected, IReadOnlyList<object?[]> actual, Action<object?[], Expected?> differs)
    {
        // Mostly both come in one order and are the same: no key is looked up then.
        var (left, right) = (0, 0);
        for (; left < expected.Count; left++)
        {
            if (expected[left].Row is not { } row)
            {
                if (right < actual.Count && SameKey(table, expected[left].Key, actual[right]))
                {
                    differs(expected[left].Key, expected[left]);
                    right++;
                }
            }
            else if (right < actual.Count && SameKey(table, expected[left].Key, actual[right]))
            {
                if (!Same(table, row, actual[right]))
                {
                    differs(expected[left].Key, expected[left]);
                }

                right++;
            }
            else
            {
                break;
            }
        }

        if (left < expected.Count || right < actual.Count)
        {
            ByKey(table, expected, left, actual, right, differs);
        }
    }

    /// <summary>Whether two rows are the same as the target sees them.</summary>
    public static bool Same(TableMapping table, object?[] left, object?[] right)
    {
        for (var i = 0; i < left.Length; i++)
        {
            if (!Equal(table, i, left[i], right[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a column's values are the same as the target sees them.</summary>
    public static bool Equal(TableMapping table, int column, object? left, object? right) =>
        MappedValues.Equals(table.Columns[column].Type, left, right);

    public static object?[] KeyOf(TableMapping table, object?[] row)
    {
        var key = new object?[table.Key.Length];
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = row[table.Key[i]];
        }

        return key;
    }

    private static void ByKey(
        TableMapping table, List<Expected> expected, int left, IReadOnlyList<object?[]> actual, int right, Action<object?[], Expected?> differs)
    {
        var rest = new Dictionary<object?[], object?[]>(KeyComparer.Instance);
        for (; right < actual.Count; right++)
        {
            rest[KeyOf(table, actual[right])] = actual[right];
        }

        for (; left < expected.Count; left++)
        {
            var there = rest.Remove(expected[left].Key, out var row);
            if (there != (expected[left].Row is not null) || (there && !Same(table, expected[left].Row!, row!)))
            {
                differs(expected[left].Key, expected[left]);
            }
        }

        foreach (var key in rest.Keys)
        {
            differs(key, null);
        }
    }

    private static bool SameKey(TableMapping table, object?[] key, object?[] row)
    {
        for (var i = 0; i < key.Length; i++)
        {
            if (!MappedValues.Equals(key[i], row[table.Key[i]]))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>What a source row makes of a key of the target.</summary>
/// <param name="Row">Null: no row may stand there.</param>
/// <param name="Source">The source's row.</param>
internal readonly record struct Expected(object?[] Key, object?[]? Row, ChangeFeed.ChangeRow Source);
