namespace MLPipeline.Models;

/// <summary>A name that is not in the catalog.</summary>
public sealed class UnknownModelException : Exception
{
    private const int MostEdits = 3;

    internal UnknownModelException(string name, IReadOnlyList<string> known)
        : base(Describe(name, known))
    {
        Name = name;
        Known = known;
    }

    /// <summary>The name asked for.</summary>
    public string Name { get; }

    /// <summary>The names there are.</summary>
    public IReadOnlyList<string> Known { get; }

    private static string Describe(string name, IReadOnlyList<string> known)
    {
        var closest = known.MinBy(k => Edits(name.ToLowerInvariant(), k))!;
        var hint = Edits(name.ToLowerInvariant(), closest) <= MostEdits ? $" Did you mean '{closest}'?" : "";
        return $"There is no model '{name}'.{hint} Models: {string.Join(", ", known)}.";
    }

    // Levenshtein's distance, row by row.
    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 0; i < from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var j = 0; j < to.Length; j++)
            {
                var replaced = diagonal + (from[i] == to[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, 1 + Math.Min(row[j], diagonal));
            }
        }

        return row[^1];
    }
}
