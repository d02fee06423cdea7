using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>Decides what each token of one method becomes in its copy.</summary>
internal sealed class CallSites(MethodBase method, DynamicILInfo info)
{
    private static readonly ConcurrentDictionary<(MethodBase, Type?), DynamicMethod> Made = new();

    private readonly Module _module = method.Module;
    private readonly Type[] _typeArguments = method.DeclaringType?.GetGenericArguments() ?? [];
    private readonly Type[] _methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];

    /// <summary>The stub that takes the place of a call; null where the call stays.</summary>
    public DynamicMethod? StubFor(IlInstruction call, int constraintToken)
    {
        if (call.OpCode != OpCodes.Call && call.OpCode != OpCodes.Callvirt)
            return null;
        var target = ResolveMethod(call.Token);
        if (Reflected.Replacement(target) is { } replacement)
            return Made.GetOrAdd((target, typeof(Reflected)), _ => Stubs.Replaced(target, replacement));
        if (constraintToken != 0)
            return Constrained((MethodInfo)target, ResolveType(constraintToken));
        return call.OpCode == OpCodes.Callvirt && IsOpen(target) ? Virtual((MethodInfo)target) : Exact(target);
    }

    /// <summary>The stub for <c>newobj</c>; null where the constructor stays.</summary>
    public DynamicMethod? CreationStub(IlInstruction at)
    {
        var constructor = (ConstructorInfo)ResolveMethod(at.Token);
        var type = constructor.DeclaringType!;
        if (type == typeof(TorchSharp.torch.Tensor))
            return Made.GetOrAdd((constructor, type), _ => CreationStubs.TensorCreation(constructor));
        if (CodeOrigins.Of(type) == CodeOrigin.Framework)
            return Callbacks.MayGet(constructor) ? Made.GetOrAdd((constructor, type), _ => CreationStubs.FrameworkCreation(constructor)) : null;
        var plain = type.IsValueType || type.Name.StartsWith('<') || CallPolicy.Of(constructor) != Treatment.Enter;
        return plain ? null : Made.GetOrAdd((constructor, type), _ => CreationStubs.Creation(constructor));
    }

    /// <summary>Whether a field is a tensor's native pointer.</summary>
    public bool IsTensorPointer(int token) => _module.ResolveField(token, _typeArguments, _methodArguments) == Stubs.PointerField;

    /// <summary>The stub that makes a delegate.</summary>
    public DynamicMethod DelegateStub(IlInstruction at)
    {
        var constructor = ResolveMethod(at.Token);
        return Made.GetOrAdd((constructor, null), _ => CreationStubs.DelegateCreation(constructor.DeclaringType!));
    }

    /// <summary>Whether an instruction constructs a delegate.</summary>
    public bool IsDelegateCreation(IlInstruction at) =>
        at.OpCode == OpCodes.Newobj && typeof(Delegate).IsAssignableFrom(ResolveMethod(at.Token).DeclaringType);

    /// <summary>Whether a field is where the C# compiler keeps a lambda or method group: the cached one would not be rewritten.</summary>
    public bool IsDelegateCache(int token)
    {
        var field = _module.ResolveField(token, _typeArguments, _methodArguments)!;
        return typeof(Delegate).IsAssignableFrom(field.FieldType)
            && (field.Name.StartsWith("<>9__", StringComparison.Ordinal) || field.DeclaringType!.Name.StartsWith("<>O", StringComparison.Ordinal));
    }

    /// <summary>The number of the method an <c>ldftn</c> names.</summary>
    public int NumberOf(IlInstruction at) => MethodTable.NumberOf(ResolveMethod(at.Token));

    /// <summary>A token for a stub.</summary>
    public int TokenOf(DynamicMethod stub) => info.GetTokenFor(stub);

    /// <summary>The token that names the same thing in the copy.</summary>
    public int Carry(IlInstruction at) => at.OpCode.OperandType switch
    {
        OperandType.InlineString => info.GetTokenFor(_module.ResolveString(at.Token)),
        OperandType.InlineField => CarryField(_module.ResolveField(at.Token, _typeArguments, _methodArguments)!),
        OperandType.InlineType => info.GetTokenFor(ResolveType(at.Token).TypeHandle),
        _ => CarryMember(_module.ResolveMember(at.Token, _typeArguments, _methodArguments)!),
    };

    private int CarryMember(MemberInfo member) => member switch
    {
        Type type => info.GetTokenFor(type.TypeHandle),
        FieldInfo field => CarryField(field),
        MethodBase other => other.DeclaringType is { IsGenericType: true } owner
            ? info.GetTokenFor(other.MethodHandle, owner.TypeHandle)
            : info.GetTokenFor(other.MethodHandle),
        _ => throw new ExportException($"{MethodRewriter.Describe(method)} names {member}, which can't be carried over."),
    };

    private int CarryField(FieldInfo field)
    {
        if (field.IsStatic)
            StaticInitializers.Run(field.DeclaringType);
        return field.DeclaringType is { IsGenericType: true } owner ? info.GetTokenFor(field.FieldHandle, owner.TypeHandle) : info.GetTokenFor(field.FieldHandle);
    }

    private static bool IsOpen(MethodBase target) => target is MethodInfo { IsVirtual: true, IsFinal: false } && !target.DeclaringType!.IsSealed;

    private static DynamicMethod? Exact(MethodBase target) => CallPolicy.Of(target) switch
    {
        Treatment.Enter => Made.GetOrAdd((target, null), static k => Stubs.Dispatch(k.Item1, virtually: false)),
        Treatment.Run => NeedsCallbacks(target) ? Made.GetOrAdd((target, null), static k => Stubs.WithCallbacks(k.Item1)) : null,
        _ => Invokers.BodyOf(target),
    };

    private static DynamicMethod? Virtual(MethodInfo target)
    {
        if (CodeOrigins.Of(target) != CodeOrigin.Framework)
            return Made.GetOrAdd((target, typeof(object)), static k => Stubs.Dispatch(k.Item1, virtually: true));
        if (NeedsCallbacks(target))
            return Made.GetOrAdd((target, null), static k => Stubs.WithCallbacks(k.Item1));
        // Only an interface or an abstract class of the framework's leads to user code worth entering.
        var leads = target.DeclaringType!.IsInterface || target.IsAbstract;
        return leads ? Made.GetOrAdd((target, typeof(object)), static k => Stubs.Dispatch(k.Item1, virtually: true)) : null;
    }

    private static DynamicMethod? Constrained(MethodInfo target, Type constraint)
    {
        if (target.IsStatic)
            return Exact(Implementation(target, constraint));
        if (!constraint.IsValueType)
            return Virtual(target) is null ? null : Made.GetOrAdd((target, constraint), static k => Stubs.ConstrainedDispatch((MethodInfo)k.Item1, k.Item2!));
        return CodeOrigins.Of(constraint) == CodeOrigin.Framework ? null : Exact(Implementation(target, constraint));
    }

    private static MethodInfo Implementation(MethodInfo target, Type constraint) => VirtualTarget.Find(target, constraint) ?? target;

    private static bool NeedsCallbacks(MethodBase target) => target is MethodInfo && !target.DeclaringType!.IsByRefLike
        && ((typeof(Delegate).IsAssignableFrom(target.DeclaringType) && target.Name == "Invoke") || Callbacks.MayGet(target));

    private MethodBase ResolveMethod(int token) => _module.ResolveMethod(token, _typeArguments, _methodArguments)!;

    private Type ResolveType(int token) => _module.ResolveType(token, _typeArguments, _methodArguments);
}
