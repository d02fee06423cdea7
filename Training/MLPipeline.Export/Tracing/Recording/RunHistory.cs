using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>What is known of tensors across the runs of one module: which were made of the input of a run, and which belong to the present one.</summary>
internal sealed class RunHistory
{
    // TorchSharp keeps these to itself.
    private static readonly Func<Tensor, DisposeScope?> ScopeOf = Getter<Tensor>("OwningDisposeScope");
    private static readonly Func<DisposeScope, DisposeScope?> OuterOf = Getter<DisposeScope>("OuterScope");
    private static readonly AsyncLocal<DisposeScope?> CurrentScope = new();

    private readonly ConditionalWeakTable<Tensor, object> _runOf = [];
    private object _run = new();

    /// <summary>Begins a run: tensors made from here on are of this run, those remembered until now of an earlier one.</summary>
    /// <returns>The scope of the run's tensors, to be disposed when it is over.</returns>
    public DisposeScope Begin()
    {
        _run = new object();
        return CurrentScope.Value = NewDisposeScope();
    }

    /// <summary>Ends it: tensors made from here on are of no run.</summary>
    public static void End() => CurrentScope.Value = null;

    /// <summary>Notes a tensor that depends on this run's input.</summary>
    public void Remember(Tensor tensor) => _runOf.AddOrUpdate(tensor, _run);

    /// <summary>Whether a tensor was made of the input of an earlier run.</summary>
    public bool Holds(Tensor tensor) => _runOf.TryGetValue(tensor, out var run) && run != _run;

    /// <summary>Whether a tensor was made in this run, as its dispose scope tells. (Tensors made on other threads have none.)</summary>
    public static bool IsOfThisRun(Tensor tensor)
    {
        if (CurrentScope.Value is not { } run)
            return false;
        for (var scope = ScopeOf(tensor); scope is not null; scope = OuterOf(scope))
        {
            if (ReferenceEquals(scope, run))
                return true;
        }

        return false;
    }

    private static Func<T, DisposeScope?> Getter<T>(string property)
    {
        var found = typeof(T).GetProperty(property, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
            ?? throw new MissingMemberException(typeof(T).Name, property);
        return found.GetMethod!.CreateDelegate<Func<T, DisposeScope?>>();
    }
}
