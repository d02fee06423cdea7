using System.Reflection;
using System.Reflection.Emit;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>What <c>newobj</c> becomes in rewritten code. Each stub takes the constructor's parameters and returns the object.</summary>
internal static class CreationStubs
{
    /// <summary>Creates an object of the user's with its rewritten constructor.</summary>
    public static DynamicMethod Creation(ConstructorInfo constructor)
    {
        var signature = Signature.OfCreation(constructor);
        var stub = Stubs.New("new " + constructor.DeclaringType!.Name, signature);
        var il = stub.GetILGenerator();
        il.Emit(OpCodes.Ldtoken, constructor.DeclaringType!);
        il.Emit(OpCodes.Call, Runtime.Method(nameof(Runtime.Allocate)));
        il.Emit(OpCodes.Dup);
        Stubs.EmitArguments(il, signature, from: 0);
        il.Emit(OpCodes.Call, Stubs.Dispatch(constructor, virtually: false));
        il.Emit(OpCodes.Castclass, constructor.DeclaringType!);
        if (typeof(Tensor).IsAssignableFrom(constructor.DeclaringType))
            EmitAfterCreation(il);
        il.Emit(OpCodes.Ret);
        return stub;
    }

    /// <summary>Makes a wrapper of a native tensor, and tells the recorder that it was rewritten code that did.</summary>
    public static DynamicMethod TensorCreation(ConstructorInfo constructor)
    {
        var signature = Signature.OfCreation(constructor);
        var stub = Stubs.New("new Tensor", signature);
        var il = stub.GetILGenerator();
        Stubs.EmitArguments(il, signature, from: 0);
        il.Emit(OpCodes.Newobj, constructor);
        EmitAfterCreation(il);
        il.Emit(OpCodes.Ret);
        return stub;
    }

    /// <summary>Stands for a delegate's constructor: takes the target and the number of the method in place of its address.</summary>
    public static DynamicMethod DelegateCreation(Type delegateType)
    {
        var stub = Stubs.New("delegate " + delegateType.Name, Signature.Of(delegateType, typeof(object), typeof(int)));
        var il = stub.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldtoken, delegateType);
        il.Emit(OpCodes.Call, Runtime.Method(nameof(Runtime.MakeDelegate)));
        il.Emit(OpCodes.Castclass, delegateType);
        il.Emit(OpCodes.Ret);
        return stub;
    }

    /// <summary>Creates an object of the framework's with every delegate, sequence and comparer among its arguments led back into rewritten code.</summary>
    public static DynamicMethod FrameworkCreation(ConstructorInfo constructor)
    {
        var signature = Signature.OfCreation(constructor);
        var stub = Stubs.New("new " + constructor.DeclaringType!.Name, signature);
        var il = stub.GetILGenerator();
        Stubs.EmitLedBack(il, signature.Parameters);
        il.Emit(OpCodes.Newobj, constructor);
        il.Emit(OpCodes.Ret);
        return stub;
    }

    private static void EmitAfterCreation(ILGenerator il)
    {
        il.Emit(OpCodes.Dup);
        il.Emit(OpCodes.Call, Runtime.Method(nameof(Runtime.AfterCreation)));
    }
}
